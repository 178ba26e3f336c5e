package earshot.server.cli;

/** A command cannot do what it was asked. The message says what is wrong and what to do next. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message, null, false, false);
    }
}
