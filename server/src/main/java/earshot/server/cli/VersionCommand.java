package earshot.server.cli;

import earshot.server.Version;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What this is and what it runs on. */
@Command(name = "version", description = "Shows the version of Earshot and of what it runs on.")
public final class VersionCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        print(spec.commandLine().getOut());
    }

    static void print(PrintWriter out) {
        out.println("Earshot " + Version.number());
        out.println("Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        out.println(System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        out.flush();
    }
}
