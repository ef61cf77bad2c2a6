package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.cloud.CloudException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.openstack4j.api.types.ServiceType;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.openstack.internal.BaseOpenStackService;

/** Calls to one service at one API version: what openstack4j's own service classes do not offer. */
abstract class RestCalls extends BaseOpenStackService {
  private static final int PAGE = 500;

  /** Half a million records: beyond it something is wrong with the paging. */
  private static final int LONGEST_LIST = 1000 * PAGE;

  private final CloudSession session;
  private final Duration timeout;
  private final String name;
  private final Map<String, String> headers;

  /**
   * Describes the service.
   *
   * @param name for messages
   * @param headers sent with each request
   */
  RestCalls(
      CloudSession session,
      Duration timeout,
      String name,
      ServiceType type,
      Map<String, String> headers) {
    super(type);
    this.session = session;
    this.timeout = timeout;
    this.name = name;
    this.headers = headers;
  }

  final Deadline deadline() {
    return Deadline.in(timeout);
  }

  final Answer get(Deadline deadline, String path, Map<String, String> query)
      throws CloudException {
    return session.send(
        what(HttpMethod.GET, path),
        deadline,
        request(
            () -> super.request(HttpMethod.GET, Void.class, path).params(query).headers(headers)));
  }

  final Answer call(HttpMethod method, Deadline deadline, String path) throws CloudException {
    return session.send(
        what(method, path),
        deadline,
        request(() -> super.request(method, Void.class, path).headers(headers)));
  }

  final Answer call(HttpMethod method, Deadline deadline, String path, JsonNode body)
      throws CloudException {
    return session.send(
        what(method, path),
        deadline,
        request(
            () -> super.request(method, Void.class, path).json(body.toString()).headers(headers)));
  }

  /**
   * Reads a whole collection, page by page.
   *
   * @param deadline asked for each page
   * @param collection name of the array in the answer; {@code <collection>_links} tells whether
   *     there is more
   */
  final List<JsonNode> list(
      Supplier<Deadline> deadline, String path, String collection, Map<String, String> query)
      throws CloudException {
    List<JsonNode> all = new ArrayList<>();
    Set<String> markers = new HashSet<>();
    Map<String, String> page = new TreeMap<>(query);
    page.put("limit", Integer.toString(PAGE));
    while (true) {
      JsonNode body = page(deadline.get(), path, collection, page);
      body.path(collection).forEach(all::add);
      if (!hasNext(body.path(collection + "_links")) || body.path(collection).isEmpty()) {
        return all;
      }
      String marker = text(all.get(all.size() - 1), "id", path);
      if (!markers.add(marker) || all.size() >= LONGEST_LIST) {
        throw Faults.malformed(what(HttpMethod.GET, path), "its pages do not end");
      }
      page.put("marker", marker);
    }
  }

  private JsonNode page(
      Deadline deadline, String path, String collection, Map<String, String> query)
      throws CloudException {
    Answer answer = get(deadline, path, query);
    if (answer.status() == 400 && query.containsKey("marker")) {
      throw new CloudException(
          what(HttpMethod.GET, path) + " changed while it was read: its marker is gone", true);
    }
    // A 404 is a fault too: no collection is missing, so the endpoint must be wrong.
    JsonNode body = body(HttpMethod.GET, path, answer, 200);
    if (!body.path(collection).isArray()) {
      throw Faults.malformed(what(HttpMethod.GET, path), "no list '" + collection + "'");
    }
    return body;
  }

  private static boolean hasNext(JsonNode links) {
    for (JsonNode link : links) {
      if ("next".equals(link.path("rel").asText())) {
        return true;
      }
    }
    return false;
  }

  /** The body of an answer that must have this status. */
  final JsonNode body(HttpMethod method, String path, Answer answer, int status)
      throws CloudException {
    if (answer.status() != status) {
      throw fault(method, path, answer);
    }
    return answer.json();
  }

  final CloudException fault(HttpMethod method, String path, Answer answer) {
    return Faults.answered(what(method, path), answer);
  }

  final CloudException malformed(String path, String problem) {
    return Faults.malformed(what(HttpMethod.GET, path), problem);
  }

  /** A text field that must be there. */
  final String text(JsonNode node, String field, String path) throws CloudException {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw malformed(path, "no text '" + field + "'");
    }
    return value.asText();
  }

  /** A name as part of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String what(HttpMethod method, String path) {
    return name + ": " + method + " " + path;
  }

  /** Built anew for each attempt, from the token that the thread's session then has. */
  private static Supplier<org.openstack4j.core.transport.HttpRequest<Void>> request(
      Supplier<Invocation<Void>> invocation) {
    return () -> invocation.get().getRequest();
  }
}
