package earshot.bench.table;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The working copy that the servers are started from. Immutable. */
record Checkout(Path root) {

    /**
     * Where this program lies, or where it was started.
     *
     * @throws IOException with a sentence when neither is one
     */
    static Checkout find() throws IOException {
        Path code = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0])
                .toAbsolutePath();
        for (Path above = code.getParent(); above != null; above = above.getParent())
            if (is(above)) return new Checkout(above);
        return at(Path.of(""));
    }

    private static boolean is(Path root) {
        return Files.isExecutable(root.resolve("earshot")) && Files.isDirectory(root.resolve("bench/peers"));
    }

    /** @throws IOException with a sentence when this is none */
    static Checkout at(Path root) throws IOException {
        Path real = root.toAbsolutePath().normalize();
        if (!is(real))
            throw new IOException(
                    real
                            + " is no checkout of Earshot: the comparison starts ./earshot and bench/peers from one (--home DIR)");
        return new Checkout(real);
    }

    /** The short name of the commit, with {@code +} when files were changed since; {@code unknown} without git. */
    String commit() {
        String name = output(List.of("git", "-C", root.toString(), "rev-parse", "--short", "HEAD"));
        if (name.isEmpty()) return "unknown";
        String changed = output(List.of(
                "git",
                "-C",
                root.toString(),
                "status",
                "--porcelain",
                "--untracked-files=no",
                "--",
                ".",
                ":!bench/results"));
        return changed.isEmpty() ? name : name + "+";
    }

    String jvmOptions() {
        return root.resolve("server/target/earshot/jvm.options").toString();
    }

    /** A sentence as it may stand in a result: who reads it has another machine. */
    String withoutPaths(String sentence) {
        return sentence.replace(root + "/", "").replace(root.toString(), "the checkout");
    }

    Path peer(String script) {
        return root.resolve("bench/peers").resolve(script);
    }

    /** What a short command prints, without the line's end; empty when it fails. */
    static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(20, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? text.strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
