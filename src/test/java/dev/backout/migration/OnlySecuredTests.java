package dev.backout.migration;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.step.AStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** After a backup of some tables no other table is changed, whatever was planned. */
class OnlySecuredTests {

	@TempDir
	Path directory;

	Shop shop;

	Migrations migrations;

	String before;

	@BeforeEach
	void deploy() {
		this.shop = ReleaseStepsTests.shop(this.directory);
		this.migrations = ReleaseStepsTests.migrations(this.shop);
		ReleaseStepsTests.apply(this.migrations, "1");
		ReleaseStepsTests.apply(this.migrations, "2");
		this.before = this.shop.fingerprint().digest();
	}

	@AfterEach
	void drop() {
		this.shop.close();
	}

	@Test
	void aPlanThatChangesMoreThanTheBackupHasIsRefusedBeforeItBegins() {
		var refused = revert(Set.of("public.orders"), Set.of("public.customer", "public.orders"));

		assertThat(refused).isInstanceOfSatisfying(StepOutcome.Refused.class, (outcome) -> {
			assertThat(outcome.code()).isEqualTo("stale");
			assertThat(outcome.reason()).contains("public.customer", "'b1'", "whole database")
				.doesNotContain("public.orders");
		});
		assertThat(this.shop.fingerprint().digest()).isEqualTo(this.before);
	}

	@Test
	void whatNobodyKnowsIsRefusedToo() {
		assertThat(revert(Set.of("public.customer", "public.orders"), null)).isInstanceOfSatisfying(
				StepOutcome.Refused.class, (outcome) -> assertThat(outcome.reason()).contains("no proof names"));
		assertThat(this.shop.fingerprint().digest()).isEqualTo(this.before);
	}

	/** As when a trigger that no proof has seen writes to another table. */
	@Test
	void whatNoProofHasSeenIsRefusedInItsOwnTransaction() {
		var refused = revert(Set.of("public.customer"), Set.of("public.customer"));

		assertThat(refused).isInstanceOfSatisfying(StepOutcome.Refused.class, (outcome) -> {
			assertThat(outcome.code()).isEqualTo("stale");
			assertThat(outcome.reason()).startsWith("orders.sql::o2::o changes public.orders, ");
		});
		assertThat(this.shop.fingerprint().digest()).as("taken back").isEqualTo(this.before);
		assertThat(this.shop.deployed()).containsExactly("c1", "o1", "c2", "o2");
		assertThat(this.shop.one("select locked from databasechangeloglock")).isEqualTo("f");
	}

	@Test
	void aTableThatGoesIsOneThatIsChanged() {
		this.shop.file("orders.sql", """
				--liquibase formatted sql
				--changeset o:o1 labels:1
				create table orders (id int primary key, status text);
				insert into orders select i, 'paid' from generate_series(1, 10) i;
				--changeset o:o2 labels:2
				update orders set status = 'closed';
				--rollback drop table orders;
				""");

		assertThat(revert(Set.of("public.customer"), Set.of("public.customer"))).isInstanceOfSatisfying(
				StepOutcome.Refused.class, (outcome) -> assertThat(outcome.reason()).contains("public.orders"));
		assertThat(this.shop.one("select count(*) from orders")).isEqualTo("10");
	}

	/** It is finished before anything is undone, statement by statement. */
	@Test
	void whatWasCutShortIsRefusedTooAsNobodyKnowsWhatItTouches() {
		this.shop
			.sql("""
					insert into backout.change_run (run, operation, owner, release, file, id, author, direction, state, transactional)
					values (99, 'op', 'a run that was killed', '2', 'orders.sql', 'o3', 'o', 'APPLY', 'BEGUN', false)""");

		assertThat(revert(Set.of("public.customer", "public.orders"), Set.of("public.customer", "public.orders")))
			.isInstanceOfSatisfying(StepOutcome.Refused.class, (outcome) -> {
				assertThat(outcome.code()).isEqualTo("stale");
				assertThat(outcome.reason()).contains("cut short on 'shop'", "'b1'");
			});
		assertThat(this.shop.deployed()).containsExactly("c1", "o1", "c2", "o2");
	}

	@Test
	void whatTheBackupHasIsUndone() {
		assertThat(revert(Set.of("public.customer", "public.orders"), Set.of("public.customer", "public.orders")))
			.isInstanceOf(StepOutcome.Done.class);
		assertThat(this.shop.deployed()).containsExactly("c1", "o1");
	}

	@Test
	void aWholeBackupHasAll() {
		assertThat(revert(null, null)).isInstanceOf(StepOutcome.Done.class);
	}

	private StepOutcome revert(@org.jspecify.annotations.Nullable Set<String> has,
			@org.jspecify.annotations.Nullable Set<String> changed) {
		var secured = new SecuredTables() {

			@Override
			public Optional<Set<String>> of(String backup) {
				return Optional.ofNullable(has);
			}

			@Override
			public Optional<Set<String>> changedBy(String release, String target) {
				return Optional.ofNullable(changed);
			}

		};
		var beans = new StaticListableBeanFactory(Map.of("secured", secured));
		return new RevertStep(this.migrations, beans.getBeanProvider(PlanDigests.class),
				beans.getBeanProvider(SecuredTables.class))
			.execute(new AStep("run-1", Map.of("target", "shop", "release", "2", "backupId", "b1")));
	}

}
