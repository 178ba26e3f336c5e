package earshot.engine.janus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An offer of the AudioBridge, mended for browsers (protocol file kaiku.md, sections 11.2 and 15.2): offers that its plugin makes have a malformed fmtp
 * (Janus 1.1.2 writes the payload type into the value) and switch forward error correction off, and their stream has no name that says what it is.
 *
 * @param text with CRLF line ends
 * @param mid of its one media section
 */
record OfferSdp(String text, String mid) {
    private static final Pattern OPUS = Pattern.compile("a=rtpmap:(\\d+) opus/48000.*");
    private static final Pattern MID = Pattern.compile("a=mid:(\\S+)");
    private static final Pattern STREAM = Pattern.compile("a=msid:(\\S+)( .*)?");
    /** RFC 7587 section 6.1: the answer repeats what is offered, so the encoder of Janus learns of it. */
    private static final String OPUS_TERMS = "minptime=10;useinbandfec=1";

    /** @param stream its name; before the first colon whose voice it is, behind it what it is */
    static OfferSdp mended(String sdp, String stream) {
        List<String> lines = new ArrayList<>();
        String opus = first(OPUS, sdp, "111");
        for (String line : sdp.split("\r\n|\n", -1)) {
            Matcher msid = STREAM.matcher(line);
            if (line.startsWith("a=fmtp:" + opus + " ")) lines.add("a=fmtp:" + opus + " " + OPUS_TERMS);
            else if (msid.matches())
                lines.add("a=msid:" + named(stream) + (msid.group(2) == null ? "" : msid.group(2)));
            else lines.add(line);
        }
        return new OfferSdp(String.join("\r\n", lines), first(MID, sdp, "0"));
    }

    private static String first(Pattern pattern, String sdp, String otherwise) {
        for (String line : sdp.split("\r\n|\n", -1)) {
            Matcher found = pattern.matcher(line);
            if (found.matches()) return found.group(1);
        }
        return otherwise;
    }

    /** A name may be anything; a line of SDP may not. */
    private static String named(String stream) {
        return stream.replaceAll("[^A-Za-z0-9._:~-]", "_");
    }
}
