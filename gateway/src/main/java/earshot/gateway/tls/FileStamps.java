package earshot.gateway.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;

/** When files were written, how long they are, and which they are: links are followed, so that one that is moved to a new file is seen. */
record FileStamps(List<String> stamps) {
    static FileStamps of(Path... files) {
        return new FileStamps(Arrays.stream(files).map(FileStamps::stamp).toList());
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return is.lastModifiedTime() + " " + is.size() + " " + is.fileKey();
        } catch (IOException e) {
            return "unreadable";
        }
    }
}
