package dev.hacolo.common.identity;

import java.security.cert.X509Certificate;
import java.util.List;
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

  /** Reads the identity, or nothing if the subject does not name exactly one role and name. */
  public static Optional<PeerIdentity> of(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      List<String> units = values(subject, "OU");
      List<String> names = values(subject, "CN");
      if (units.size() != 1 || names.size() != 1) {
        return Optional.empty();
      }
      Role role = Role.valueOf(units.get(0).toUpperCase(Locale.ROOT));
      return Optional.of(new PeerIdentity(role, names.get(0)));
    } catch (InvalidNameException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<String> values(LdapName subject, String type) {
    return subject.getRdns().stream()
        .filter(rdn -> rdn.getType().equalsIgnoreCase(type))
        .map(Rdn::getValue)
        .map(Object::toString)
        .toList();
  }
}
