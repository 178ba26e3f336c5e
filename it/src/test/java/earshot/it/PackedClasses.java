package earshot.it;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The class path of the tests with what lies in directories put into one jar: as a server is shipped, which opens no file for a class. */
final class PackedClasses {
    private PackedClasses() {}

    static String in(Path directory) throws IOException {
        List<String> path = new ArrayList<>();
        Path jar = directory.resolve("classes.jar");
        path.add(jar.toString());
        Set<String> seen = new HashSet<>();
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.setLevel(0);
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                if (Files.isDirectory(Path.of(entry))) add(out, Path.of(entry), seen);
                else path.add(entry);
            }
        }
        return String.join(File.pathSeparator, path);
    }

    private static void add(JarOutputStream out, Path classes, Set<String> seen) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
            if (!seen.add(name)) continue;
            out.putNextEntry(new JarEntry(name));
            Files.copy(file, out);
            out.closeEntry();
        }
    }
}
