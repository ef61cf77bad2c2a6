package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** Cuts a collection into pages by {@code limit} and {@code marker}, as Nova and Neutron do. */
final class Pages {
  private Pages() {}

  /**
   * One page with its {@code <name>_links}.
   *
   * @param all every record, each with an {@code id}, in a fixed order
   * @param cap the longest page that the service hands out
   * @return empty if the marker is not known
   */
  static Optional<JsonObject> cut(
      RoutingContext context, String name, List<JsonObject> all, int cap) {
    String asked = context.request().getParam("limit");
    int limit = asked == null ? cap : Math.min(cap, Integer.parseInt(asked));
    int from = 0;
    String marker = context.request().getParam("marker");
    if (marker != null) {
      List<String> ids = all.stream().map(record -> record.getString("id")).toList();
      from = ids.indexOf(marker) + 1;
      if (from == 0) {
        return Optional.empty();
      }
    }
    List<JsonObject> part = all.subList(from, Math.min(all.size(), from + limit));
    JsonObject page = new JsonObject().put(name, new JsonArray(part));
    if (part.size() == limit && !part.isEmpty()) { // Nova links on even if the next page is empty.
      String last = part.get(part.size() - 1).getString("id");
      page.put(name + "_links", Wire.next(context, last, limit));
    }
    return Optional.of(page);
  }
}
