package dev.hubbub.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/// The shape of the system. [#MAY_USE] is the drawing; `docs/architecture.md` explains it.
@AnalyzeClasses(packages = "dev.hubbub", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final Map<String, Set<String>> MAY_USE =
            Map.of(
                    "conversation", Set.of(),
                    "store", Set.of("conversation"),
                    "model", Set.of("conversation"),
                    "engine", Set.of("conversation"),
                    "examples", Set.of("conversation", "engine"),
                    "transfer", Set.of("conversation", "engine"),
                    "server", Set.of("conversation", "engine", "transfer"),
                    "bench", Set.of("conversation", "store", "model", "engine", "server"),
                    "cli",
                            Set.of(
                                    "conversation",
                                    "store",
                                    "model",
                                    "engine",
                                    "transfer",
                                    "server",
                                    "bench"));

    private static final String RULES = packagesOf("conversation");

    @ArchTest
    static void everyPackageIsInTheDrawing(JavaClasses imported) {
        assertThat(imported.stream().map(ArchitectureTest::module)).isSubsetOf(MAY_USE.keySet());
    }

    @ArchTest
    static void modulesUseOnlyWhatTheyMay(JavaClasses imported) {
        for (var module : MAY_USE.keySet()) {
            var others =
                    MAY_USE.keySet().stream()
                            .filter(other -> !other.equals(module))
                            .filter(other -> !MAY_USE.get(module).contains(other))
                            .map(ArchitectureTest::packagesOf)
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(packagesOf(module))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(imported);
        }
    }

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("dev.hubbub.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theRulesOfAConversationUseTheJdkAlone =
            classes()
                    .that()
                    .resideInAPackage(RULES)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(RULES, "java..", "org.jspecify.annotations");

    @ArchTest
    static final ArchRule theRulesOfAConversationTouchNothingOutside =
            noClasses()
                    .that()
                    .resideInAPackage(RULES)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.io..",
                            "java.net..",
                            "java.nio.channels..",
                            "java.nio.file..",
                            "java.util.concurrent..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule theRulesOfAConversationHaveNoClock =
            noClasses()
                    .that()
                    .resideInAPackage(RULES)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule onlyTheCommandTheBenchmarksAndTheExamplesPrint =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            packagesOf("cli"), packagesOf("bench"), packagesOf("examples"))
                    .should(ACCESS_STANDARD_STREAMS)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(IO.class);

    @ArchTest
    static final ArchRule publicClassesAreFinalOrSealed =
            classes()
                    .that()
                    .arePublic()
                    .and()
                    .areNotInterfaces()
                    .and()
                    .areNotEnums()
                    .should(be(describe("final or sealed", ArchitectureTest::isClosed)));

    private static boolean isClosed(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.FINAL) || type.reflect().isSealed();
    }

    private static String packagesOf(String module) {
        return "dev.hubbub." + module + "..";
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.", -1)[2];
    }
}
