/** Certificates and keys in PEM files, read, checked, watched; TLS for sockets on the JDK's own provider. Knows nothing of the gateway. */
@NullMarked
package earshot.gateway.tls;

import org.jspecify.annotations.NullMarked;
