package dev.hacolo.common.identity;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Role and name that a certificate of the deployment's own CA carries: the subject's OU is the
 * role, its CN the name.
 *
 * @param role what the holder may do
 * @param name host name for an agent, any name for the others
 */
public record PeerIdentity(Role role, String name) {

  /** Roles, in the certificate's OU in lower case. */
  public enum Role {
    /** nova-ha-service: may give orders to agents. */
    SERVICE,
    /** compute-agent: may report and claim for its own host, and open peer links. */
    AGENT,
    /** An operator: may use the admin API. */
    OPERATOR
  }

  /** Reads the identity, or nothing if the subject does not name a role and a name. */
  public static Optional<PeerIdentity> of(X509Certificate certificate) {
    try {
      String unit = null;
      String name = null;
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("OU")) {
          unit = rdn.getValue().toString();
        } else if (rdn.getType().equalsIgnoreCase("CN")) {
          name = rdn.getValue().toString();
        }
      }
      if (unit == null || name == null) {
        return Optional.empty();
      }
      return Optional.of(new PeerIdentity(Role.valueOf(unit.toUpperCase(Locale.ROOT)), name));
    } catch (InvalidNameException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
