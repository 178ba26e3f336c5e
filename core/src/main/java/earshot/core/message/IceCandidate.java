package earshot.core.message;

import org.jspecify.annotations.Nullable;

/**
 * One way to reach a peer, as WebRTC's signalling carries it (W3C WebRTC 1.0, {@code RTCIceCandidateInit}; RFC 8839 section 5.1).
 *
 * @param candidate the candidate attribute, {@code candidate:…}; empty: there will be no more
 * @param sdpMid the media section it belongs to; null: only its number was said
 * @param sdpMLineIndex that section's place in the offer
 */
public record IceCandidate(String candidate, @Nullable String sdpMid, int sdpMLineIndex) {
    public static final int MAX_CHARS = 1024;
    private static final String PREFIX = "candidate:";
    /** Foundation, component, transport, priority, address, port, "typ", type. */
    private static final int LEAST_WORDS = 8;

    private static final int TYPE_WORD = 6;

    /** There will be no more. */
    public boolean isEnd() {
        return candidate.isEmpty();
    }

    /** Whether it has the form of RFC 8839. A media engine may take rubbish without a word, so it is looked at before. */
    public boolean isWellFormed() {
        if (isEnd()) return true;
        if (candidate.length() > MAX_CHARS || !candidate.startsWith(PREFIX)) return false;
        if (sdpMLineIndex < 0 || (sdpMid != null && sdpMid.length() > MAX_CHARS)) return false;
        for (int i = 0; i < candidate.length(); i++) if (candidate.charAt(i) < ' ') return false;
        String[] words = candidate.substring(PREFIX.length()).split(" ", LEAST_WORDS + 1);
        return words.length >= LEAST_WORDS && words[TYPE_WORD].equals("typ") && isPort(words[5]);
    }

    private static boolean isPort(String word) {
        if (word.isEmpty() || word.length() > 5) return false;
        for (int i = 0; i < word.length(); i++) if (word.charAt(i) < '0' || word.charAt(i) > '9') return false;
        return Integer.parseInt(word) <= 65_535;
    }
}
