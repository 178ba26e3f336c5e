package earshot.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in {@code Sec-WebSocket-Extensions} (RFC 6455 section 9.1), in its order of preference.
 */
record ExtensionOffers(List<Offer> offers) {
    record Offer(String name, List<Parameter> parameters) {}

    /** @param value null: it has none */
    record Parameter(String name, @Nullable String value) {}

    /** Null when the header breaks its grammar: then the connection must be failed. */
    static @Nullable ExtensionOffers parse(List<String> lines) {
        var offers = new ArrayList<Offer>();
        for (String line : lines) {
            if (!new Reader(line).readTo(offers)) return null;
        }
        return new ExtensionOffers(offers);
    }

    /** The first offer of permessage-deflate that we can serve; null: none. */
    @Nullable
    Deflate deflate() {
        for (Offer offer : offers) {
            Deflate accepted = offer.name().equals(Deflate.NAME) ? Deflate.accept(offer.parameters()) : null;
            if (accepted != null) return accepted;
        }
        return null;
    }

    /**
     * An accepted offer of permessage-deflate.
     *
     * @param answer the value of our header: nobody keeps context, whatever was offered (RFC 7692 section 7.1.1)
     */
    record Deflate(WireForm form, String answer) {
        static final String NAME = "permessage-deflate";
        private static final String ANSWER = NAME + "; server_no_context_takeover; client_no_context_takeover";

        /** RFC 7692 section 7.1: an unknown parameter, one that comes twice or has a wrong value declines the offer. */
        static @Nullable Deflate accept(List<Parameter> parameters) {
            Set<String> seen = new HashSet<>();
            int windowBits = 0;
            for (Parameter parameter : parameters) {
                if (!seen.add(parameter.name()) || !isLegal(parameter)) return null;
                if (parameter.name().equals("server_max_window_bits")) windowBits = bits(parameter.value());
            }
            if (windowBits == 0) return new Deflate(WireForm.DEFLATED, ANSWER);
            return new Deflate(WireForm.of(windowBits), ANSWER + "; server_max_window_bits=" + windowBits);
        }

        private static boolean isLegal(Parameter parameter) {
            return switch (parameter.name()) {
                case "server_no_context_takeover", "client_no_context_takeover" -> parameter.value() == null;
                case "client_max_window_bits" -> parameter.value() == null || bits(parameter.value()) > 0;
                case "server_max_window_bits" -> bits(parameter.value()) > 0;
                default -> false;
            };
        }

        /** 8 to 15, without leading zeros; else 0. */
        private static int bits(@Nullable String value) {
            if (value == null) return 0;
            for (int bits = WireForm.MIN_WINDOW_BITS; bits <= WireForm.MAX_WINDOW_BITS; bits++) {
                if (value.equals(Integer.toString(bits))) return bits;
            }
            return 0;
        }
    }

    /** Reads one line: {@code #( token *( ";" token [ "=" ( token / quoted ) ] ) )}, where a quoted value unquotes to a token. */
    private static final class Reader {
        private final String line;
        private int at;

        Reader(String line) {
            this.line = line;
        }

        boolean readTo(List<Offer> offers) {
            skipSpace();
            while (at < line.length()) {
                // A list may have empty elements (RFC 9110 section 5.6.1.2).
                if (!take(',')) {
                    Offer offer = offer();
                    if (offer == null) return false;
                    offers.add(offer);
                    if (at < line.length() && !take(',')) return false;
                }
            }
            return true;
        }

        private @Nullable Offer offer() {
            String name = token();
            if (name.isEmpty()) return null;
            var parameters = new ArrayList<Parameter>();
            while (take(';')) {
                Parameter parameter = parameter();
                if (parameter == null) return null;
                parameters.add(parameter);
            }
            return new Offer(name, parameters);
        }

        private @Nullable Parameter parameter() {
            String name = token();
            if (name.isEmpty()) return null;
            if (!take('=')) return new Parameter(name, null);
            String value = at < line.length() && line.charAt(at) == '"' ? quoted() : token();
            return value.isEmpty() ? null : new Parameter(name, value);
        }

        private String token() {
            int from = at;
            while (at < line.length() && isTokenChar(line.charAt(at))) at++;
            String token = line.substring(from, at);
            skipSpace();
            return token;
        }

        /** Empty when it is broken or no token. */
        private String quoted() {
            var value = new StringBuilder();
            for (at++; at < line.length() && line.charAt(at) != '"'; at++) {
                if (line.charAt(at) == '\\') at++;
                if (at == line.length() || !isTokenChar(line.charAt(at))) return "";
                value.append(line.charAt(at));
            }
            if (at == line.length()) return "";
            at++;
            skipSpace();
            return value.toString();
        }

        private boolean take(char c) {
            if (at == line.length() || line.charAt(at) != c) return false;
            at++;
            skipSpace();
            return true;
        }

        private void skipSpace() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) at++;
        }

        /** RFC 9110 section 5.6.2. */
        private static boolean isTokenChar(char c) {
            return c > ' ' && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }
}
