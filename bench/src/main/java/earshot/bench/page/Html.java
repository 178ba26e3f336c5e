package earshot.bench.page;

/** Text inside HTML, SVG and their attributes. */
public final class Html {
    private Html() {}

    /** Safe between tags and inside double-quoted attributes; control characters, which neither may hold, become question marks. */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
            }
        }
        return out.toString();
    }

    /** An element with escaped text in it. */
    public static String tag(String name, String text) {
        return "<" + name + ">" + escape(text) + "</" + name + ">";
    }
}
