package earshot.engine.janus;

/** What a client says that nobody will ever reach. */
final class Sdp {
    private Sdp() {}

    static String answer(String offer) {
        String mid = offer.contains("a=mid:") ? offer.replaceAll("(?s).*a=mid:(\\S+).*", "$1") : "0";
        return String.join(
                "\r\n",
                "v=0",
                "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE " + mid,
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "c=IN IP4 0.0.0.0",
                "a=rtcp:9 IN IP4 0.0.0.0",
                "a=ice-ufrag:abcd",
                "a=ice-pwd:abcdefghijklmnopqrstuvwx",
                "a=ice-options:trickle",
                "a=fingerprint:sha-256 " + "AB:".repeat(31) + "AB",
                "a=setup:active",
                "a=mid:" + mid,
                "a=sendrecv",
                "a=msid:- microphone",
                "a=rtcp-mux",
                "a=rtpmap:111 opus/48000/2",
                "a=fmtp:111 minptime=10;useinbandfec=1",
                "a=ssrc:1001 cname:client",
                "");
    }
}
