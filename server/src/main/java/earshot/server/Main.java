package earshot.server;

import earshot.server.cli.EarshotCommand;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int status = EarshotCommand.run(arguments);
        if (status != EarshotCommand.STILL_RUNNING) System.exit(status);
    }
}
