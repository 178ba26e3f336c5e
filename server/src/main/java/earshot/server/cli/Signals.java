package earshot.server.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * What to do when the process is told to end. The JDK has this only in {@code jdk.unsupported}, where the compiler warns of every use by name; a
 * shutdown hook would not do: a second signal would not be heard during it, and the exit status would be the signal's.
 */
final class Signals {
    private Signals() {}

    static void on(String signal, Runnable task) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) task.run();
                        return answer(proxy, method, arguments);
                    });
            Method handle = type.getMethod("handle", type, handler);
            handle.invoke(null, type.getConstructor(String.class).newInstance(signal), listener);
        } catch (ReflectiveOperationException e) {
            Runtime.getRuntime().addShutdownHook(new Thread(task, "earshot-stop"));
        }
    }

    private static Object answer(Object proxy, Method method, Object[] arguments)
            throws IllegalAccessException, InvocationTargetException {
        return switch (method.getName()) {
            case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "signal";
        };
    }
}
