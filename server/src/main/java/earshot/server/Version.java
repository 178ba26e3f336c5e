package earshot.server;

/** Which Earshot this is. */
public final class Version {
    private Version() {}

    /** From the jar; classes of a build say that they are one. */
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unpacked build)" : version;
    }
}
