package earshot.server.api;

import earshot.core.message.Problem;

/** A call ends here with an answer for its caller: thrown while a call is read, caught where calls begin. Without a trace: it is no fault. */
final class ApiRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    ApiRefusal(Problem problem, String message) {
        super(message, null, false, false);
        this.problem = problem;
    }

    static ApiRefusal invalid(String field, String what) {
        return new ApiRefusal(Problem.INVALID, field + ": " + what);
    }

    Problem problem() {
        return problem;
    }

    /** The sentence for the caller. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
