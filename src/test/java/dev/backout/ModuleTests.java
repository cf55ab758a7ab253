package dev.backout;

import java.util.List;
import java.util.Set;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.core.ApplicationModules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

/** The tiers of the modules, and what only one of them may know. */
@TestInstance(Lifecycle.PER_CLASS)
class ModuleTests {

	/**
	 * Lowest first. A module uses tiers below its own; neighbours do not know each other.
	 */
	static final List<Set<String>> TIERS = List.of(Set.of("kernel"), Set.of("ledger"), Set.of("people", "step"),
			Set.of("database"), Set.of("catalog", "fingerprint"),
			Set.of("flag", "backup", "migration", "check", "comms"), Set.of("playbook"), Set.of("plan"), Set.of("run"),
			Set.of("engine", "watch"), Set.of("lesson"), Set.of("desk"), Set.of("demo"), Set.of("cli"));

	final ApplicationModules modules = ApplicationModules.of(Backout.class);

	final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackagesOf(Backout.class);

	@Test
	void modulesTalkThroughTheirPublicTypes() {
		this.modules.verify();
	}

	@Test
	void everyModuleHasATier() {
		assertThat(this.modules.stream().map(ModuleTests::name).collect(toSet()))
			.isEqualTo(TIERS.stream().flatMap(Set::stream).collect(toSet()));
	}

	@Test
	void dependenciesPointDown() {
		for (var module : this.modules) {
			var below = TIERS.stream().takeWhile((tier) -> !tier.contains(name(module))).flatMap(Set::stream).toList();
			var used = module.getDirectDependencies(this.modules).uniqueModules().map(ModuleTests::name);
			assertThat(used).as(name(module)).isSubsetOf(below);
		}
	}

	@ParameterizedTest
	@CsvSource({ "engine, org.camunda..", "migration, liquibase..", "comms, org.apache.commons.mail2.." })
	void onlyOneModuleKnows(String module, String library) {
		assertThat(this.classes).as("classes looked at").hasSizeGreaterThan(10);
		noClasses().that()
			.resideOutsideOfPackage("dev.backout." + module + "..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(library)
			.allowEmptyShould(true)
			.check(this.classes);
	}

	/** A stream that nobody closes keeps its connection, and the pool runs dry. */
	@Test
	void answersOfTheDatabaseAreReadToTheirEnd() {
		noClasses().should().callMethod(JdbcClient.MappedQuerySpec.class, "stream").check(this.classes);
	}

	private static String name(ApplicationModule module) {
		return module.getIdentifier().toString();
	}

}
