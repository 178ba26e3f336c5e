package earshot.bench.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Which cores servers and load are pinned to, as {@code taskset} writes lists of cores. Immutable.
 *
 * @param one for a server of one loop
 * @param two for one of two
 * @param load for the load generator
 * @param all for what is measured alone
 */
record Cores(boolean pinned, String one, String two, String load, String all) {
    private static final Cores FREE = new Cores(false, "", "", "", "");

    /** The first for the server, the last for the load; nothing is pinned where there is one core, or no taskset. */
    static Cores of(int available) {
        if (available < 2 || Checkout.output(List.of("taskset", "--version")).isEmpty()) return FREE;
        return new Cores(true, "0", "0,1", Integer.toString(available - 1), "0-" + (available - 1));
    }

    static Cores free() {
        return FREE;
    }

    /** The command on its cores. */
    List<String> around(Contender contender, List<String> command) {
        return around(contender.loops() == 1 ? one : two, command);
    }

    List<String> around(String cores, List<String> command) {
        if (!pinned) return command;
        List<String> pinnedCommand = new ArrayList<>(List.of("taskset", "-c", cores));
        pinnedCommand.addAll(command);
        return pinnedCommand;
    }

    /** Pins this process, whose threads make the load. */
    void pinMyself() {
        if (!pinned) return;
        String pid = Long.toString(ProcessHandle.current().pid());
        String done = Checkout.output(List.of("taskset", "-a", "-c", "-p", load, pid));
        if (done.isEmpty()) throw new IllegalStateException("taskset: cannot pin this process to " + load);
    }
}
