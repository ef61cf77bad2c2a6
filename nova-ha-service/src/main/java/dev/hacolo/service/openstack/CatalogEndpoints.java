package dev.hacolo.service.openstack;

import java.util.List;
import java.util.Optional;
import org.openstack4j.api.identity.EndpointURLResolver;
import org.openstack4j.api.types.Facing;
import org.openstack4j.model.identity.URLResolverParams;
import org.openstack4j.model.identity.v3.Endpoint;
import org.openstack4j.model.identity.v3.Service;
import org.openstack4j.model.identity.v3.Token;

/**
 * Finds a service in the token's catalog by its type, internal endpoints first, then public ones,
 * as OpenStack's own services do among themselves.
 */
final class CatalogEndpoints implements EndpointURLResolver {
  private static final List<Facing> PREFERENCE = List.of(Facing.INTERNAL, Facing.PUBLIC);

  private final String region;

  CatalogEndpoints(String region) {
    this.region = region;
  }

  /** The catalog lacks a service; checked where calls are made. */
  static final class NoEndpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoEndpointException(String message) {
      super(message);
    }
  }

  @Override
  public String findURLV2(URLResolverParams params) {
    throw new UnsupportedOperationException("Keystone v2 is not supported");
  }

  @Override
  public String findURLV3(URLResolverParams params) {
    String type = params.type.getType();
    return PREFERENCE.stream()
        .flatMap(facing -> find(params.token, type, facing).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new NoEndpointException(
                    "the Keystone catalog has no internal or public endpoint of type '%s'%s"
                        .formatted(type, region.isEmpty() ? "" : " in region '" + region + "'")));
  }

  private Optional<String> find(Token token, String type, Facing facing) {
    for (Service service : token.getCatalog()) {
      if (!type.equals(service.getType()) || service.getEndpoints() == null) {
        continue;
      }
      for (Endpoint endpoint : service.getEndpoints()) {
        if (endpoint.getIface() == facing && inRegion(endpoint) && endpoint.getUrl() != null) {
          return Optional.of(endpoint.getUrl().toString().replaceAll("/+$", ""));
        }
      }
    }
    return Optional.empty();
  }

  private boolean inRegion(Endpoint endpoint) {
    return region.isEmpty()
        || region.equals(endpoint.getRegion())
        || region.equals(endpoint.getRegionId());
  }
}
