package earshot.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/**
 * Who may know whom. Maven holds the walls between modules; here stand the directions inside them, and what no pom can
 * say. A rule that is in your way is a question to the others, not a line to delete.
 */
final class ArchitectureTest {
    private static final JavaClasses EARSHOT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("earshot");

    private static final String[] JDK = {"java..", "jdk.jfr..", "org.jspecify.."};

    // --- between modules

    @Test
    void core_any_knowsOnlyTheJdk() {
        check(classes()
                .that()
                .resideInAPackage("earshot.core..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("earshot.core..").or(resideInAnyPackage(JDK)))
                .because("the domain outlives every library, and its tests need no more than a JVM"));
    }

    @Test
    void contract_any_knowsOnlyCore() {
        check(classes()
                .that()
                .resideInAPackage("earshot.dialect")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("earshot.dialect", "earshot.core..").or(resideInAnyPackage(JDK)))
                .because("what a dialect is may depend on no dialect, no wire format and no socket"));
    }

    @Test
    void dialect_any_knowsContractCoreAndItsCodecLibrary() {
        check(classes()
                .that()
                .resideInAPackage("earshot.dialect.(*)..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("earshot.dialect..", "earshot.core..")
                        .or(resideInAnyPackage("tools.jackson.core..", "com.google.protobuf.."))
                        .or(resideInAnyPackage(JDK)))
                .because("a dialect turns frames into commands and back; sockets and stores are for others"));
    }

    @Test
    void dialects_any_doNotKnowEachOther() {
        check(slices().matching("earshot.dialect.(*)..")
                .should()
                .notDependOnEachOther()
                .because("a dialect must be removable: one module and one line of Wiring"));
    }

    @Test
    void gateway_any_knowsNoDialect() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("earshot.gateway..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("earshot..")
                                .and(not(resideInAnyPackage("earshot.gateway..", "earshot.dialect", "earshot.core.."))))
                        .because(
                                "it carries the frames of all dialects through the contract; what it knew of one would leak into others"));
    }

    @Test
    void netty_outsideTheGateway_isUnknown() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("earshot.gateway..", "earshot.bench..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.netty..")
                        .because(
                                "a ByteBuf ends in the gateway; behind it there are finished bytes, which nobody must release"));
    }

    @Test
    void sql_outsideItsEngines_isUnknown() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("earshot.engine.sql..", "earshot.product.*.sql..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
                .because("SQL blocks, and only the engine's own threads may"));
    }

    @Test
    void lettuce_outsideItsEngine_isUnknown() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("earshot.engine.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lettuce..", "reactor..", "org.reactivestreams..")
                .because("who talks to Redis goes through its batcher, which bounds and counts it"));
    }

    @Test
    void engine_any_knowsOnlyCore() {
        check(noClasses()
                .that()
                .resideInAPackage("earshot.engine..")
                .should()
                .dependOnClassesThat(resideInAPackage("earshot..")
                        .and(not(resideInAnyPackage("earshot.engine..", "earshot.core.."))))
                .because("an engine serves core's ports and is told what to do, never by whom"));
    }

    @Test
    void engines_any_doNotKnowEachOther() {
        check(slices().matching("earshot.engine.(*)..")
                .should()
                .notDependOnEachOther()
                .because("an operator combines them freely"));
    }

    @Test
    void product_any_knowsOnlyContractAndCore() {
        check(noClasses()
                .that()
                .resideInAPackage("earshot.product..")
                .and()
                .resideOutsideOfPackage("earshot.product.*.sql..")
                .should()
                .dependOnClassesThat(resideInAPackage("earshot..")
                        .and(not(resideInAnyPackage("earshot.product..", "earshot.dialect", "earshot.core.."))))
                .allowEmptyShould(true)
                .because("a product has a domain of its own beside core's, and tables only behind its ports"));
    }

    @Test
    void products_any_doNotKnowEachOther() {
        check(slices().matching("earshot.product.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .because("each can be left out"));
    }

    @Test
    void server_any_isKnownToNobody() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("earshot.server..", "earshot.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("earshot.server..")
                .because("it puts the parts together; a part that knew it could not be used without it"));
    }

    @Test
    void load_any_knowsServersByTheirSocketsOnly() {
        check(classes()
                .that()
                .resideInAPackage("earshot.bench.load..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("earshot.bench.load..", "io.netty..", "org.HdrHistogram..")
                        .or(resideInAnyPackage("tools.jackson..", "javax.crypto..", "com.sun.management.."))
                        .or(resideInAnyPackage(JDK)))
                .because("who measures may not share the mistakes of what is measured"));
    }

    // --- inside core

    @Test
    void message_any_knowsNothingElse() {
        check(classes()
                .that()
                .resideInAPackage("earshot.core.message..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage("earshot.core.message..").or(resideInAnyPackage(JDK)))
                .because("what can be said is the one vocabulary that everything else shares"));
    }

    @Test
    void ports_any_doNotKnowTheRoom() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "earshot.core.history..",
                        "earshot.core.presence..",
                        "earshot.core.relay..",
                        "earshot.core.session..",
                        "earshot.core.lease..",
                        "earshot.core.voice..",
                        "earshot.core.telemetry..",
                        "earshot.core.usage..",
                        "earshot.core.records..",
                        "earshot.core.limit..",
                        "earshot.core.time..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("earshot.core", "earshot.core.room..", "earshot.core.memory.."))
                .because("the room uses them; engines implement them without it"));
    }

    @Test
    void room_any_knowsNeitherNodeNorMemory() {
        check(noClasses()
                .that()
                .resideInAPackage("earshot.core.room..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("earshot.core", "earshot.core.memory.."))
                .because("Node is the door to rooms, and memory is one engine among others"));
    }

    @Test
    void core_packages_haveNoCycles() {
        check(slices().matching("earshot.core.(*)..")
                .should()
                .beFreeOfCycles()
                .because("in a cycle there is nothing that can be understood first"));
    }

    // --- everywhere

    @Test
    void standardStreams_outsideTheCommandLine_areNotWritten() {
        check(noClasses()
                .that(describe("are no part of the command line", type -> !isCommandLine(type)))
                .should(ACCESS_STANDARD_STREAMS)
                .because("what is worth saying goes to System.Logger with room=… session=…, where operators look"));
    }

    @Test
    void loggers_otherThanTheSystems_areUnknown() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("earshot.server.log.LibraryLog")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..",
                        "org.slf4j..",
                        "org.apache.logging..",
                        "io.netty.util.internal.logging..")
                .because("System.Logger is the one door, and the operator's format stands behind it"));
    }

    @Test
    void names_any_sayWhatAThingIs() {
        check(
                noClasses()
                        .that(describe("have a vague name", ArchitectureTest::hasVagueName))
                        .should()
                        .resideInAPackage("earshot..")
                        .allowEmptyShould(true)
                        .because(
                                "vague nouns attract everything: a RoomLog, not a MessageManager; code lives with its data, not in a Util"));
    }

    private static boolean isCommandLine(JavaClass type) {
        if (resideInAPackage("earshot.bench..").test(type)) return true;
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent())
            outer = outer.getEnclosingClass().get();
        return outer.getPackageName().startsWith("earshot.server")
                && (outer.getSimpleName().equals("Main") || outer.isAnnotatedWith(Command.class));
    }

    private static boolean hasVagueName(JavaClass type) {
        return type.getSimpleName().matches(".*(Manager|Helper|Util|Utils|Impl)");
    }

    private static void check(ArchRule rule) {
        rule.check(EARSHOT);
    }
}
