package dev.backout.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backout.TestDatabase;
import dev.backout.backup.Backup;
import dev.backout.backup.Backups;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetProof;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.DataLoss;
import dev.backout.migration.Deployed;
import dev.backout.migration.Inverse;
import dev.backout.migration.ProofOutcome;
import dev.backout.migration.ReleaseProof;
import dev.backout.migration.Reversal;
import dev.backout.migration.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/** Which tables a plan changes: what the proofs say, as the target calls them now. */
class PlanTablesTests {

	private static final TestDatabase SHOP = TestDatabase.create();

	private static final Target TARGET = new Target("shop", SHOP.url(), "postgres", Secret.of("postgres"));

	@BeforeAll
	static void tables() {
		SHOP.jdbc().sql("""
				create table customer (id int);
				create table "Ödd, ""one""\" (id int);
				create table event (at int) partition by range (at);
				create table event_1 partition of event for values from (0) to (10);
				create table event_2 partition of event for values from (10) to (20) partition by range (at);
				create table event_21 partition of event_2 for values from (10) to (15);
				create materialized view totals as select count(*) from customer;
				create view seen as select id from customer""").update();
	}

	@AfterAll
	static void drop() {
		SHOP.drop();
	}

	@Test
	void thoseOfAllChangesetsAndRowsAreInPartitions() {
		var tables = tables(proven("a", "public.customer", "public.event"),
				proven("b", "public.\"Ödd, \"\"one\"\"\"", "public.totals", "public.customer"));

		assertThat(tables.names()).containsExactly("public.\"Ödd, \"\"one\"\"\"", "public.customer", "public.event_1",
				"public.event_21");
		assertThat(tables.input())
			.isEqualTo("public.\"Ödd, \"\"one\"\"\",public.customer,public.event_1,public.event_21");
		assertThat(tables.sentence()).startsWith("It changes public.\"Ödd");
	}

	@Test
	void oneChangesetThatNoProofShowsMakesAllUnknown() {
		var tables = tables(proven("a", "public.customer"), proven("b", (String[]) null), proven("c", (String[]) null));

		assertThat(tables.names()).isEmpty();
		assertThat(tables.input()).as("takes the whole database").isEmpty();
		assertThat(tables.sentence()).contains("takes all", "no proof shows it for ann:b and 1 more");
	}

	@Test
	void aProofOfAnotherTextIsNone() {
		assertThat(new ChangedTables(TARGET, Optional.of(proof(List.of(stale("a", "public.customer")))))
			.of(List.of(undo("a", Reversal.Way.INVERSE)))
			.unknown()).contains("ann:a");
		assertThat(new ChangedTables(TARGET, Optional.empty()).of(List.of(undo("a", Reversal.Way.INVERSE))).unknown())
			.contains("ann:a");
	}

	@Test
	void aTableThatIsCalledOtherwiseByNowMakesAllUnknown() {
		assertThat(tables(proven("a", "public.customer", "public.former")).unknown()).contains("public.former");
	}

	/** Those are in no backup: the extension makes them. */
	@Test
	void anExtensionsTableMakesAllUnknown() {
		SHOP.jdbc()
			.sql("create table gauge (id int); create extension hstore; alter extension hstore add table gauge")
			.update();

		assertThat(tables(proven("a", "public.customer", "public.gauge")).unknown())
			.isEqualTo("public.gauge is an extension's");
	}

	@Test
	void whatABackupHasIsAskedOfTheBackup() {
		var backups = Mockito.mock(Backups.class);
		given(backups.find("some")).willReturn(Optional.of(backup(List.of("public.a", "public.b"))));
		given(backups.find("whole")).willReturn(Optional.of(backup(List.of())));
		var plan = new BackoutPlan("r", "shop", List.of(), List.of(), List.of(), PlanTables.of(List.of("public.a")),
				"d");
		var secured = new BackedUpTables(backups, (release, target) -> plan);

		assertThat(secured.of("some")).contains(Set.of("public.a", "public.b"));
		assertThat(secured.of("whole")).isEmpty();
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> secured.of("gone")).withMessageContaining("'gone'");
		assertThat(secured.changedBy("r", "shop")).contains(Set.of("public.a"));
		var nobodyKnows = new BackoutPlan("r", "shop", List.of(), List.of(), List.of(), "d");
		assertThat(new BackedUpTables(backups, (release, target) -> nobodyKnows).changedBy("r", "shop")).isEmpty();
	}

	private static Backup backup(List<String> tables) {
		return new Backup("b", "shop", Instant.EPOCH, Duration.ZERO, "copy", 1, 1, "s", "d", "m", Instant.EPOCH, tables,
				null);
	}

	@Test
	void aPlanThatChangesNoTableTakesAll() {
		var tables = tables(proven("a"));

		assertThat(tables.unknown()).isNull();
		assertThat(tables.input()).isEmpty();
		assertThat(tables.sentence()).isEqualTo("It changes no table");
	}

	@Test
	void whatIsOnlyForgottenNeedsNoProof() {
		var tables = new ChangedTables(TARGET, Optional.of(proof(List.of(proven("a", "public.customer")))))
			.of(List.of(undo("a", Reversal.Way.INVERSE), undo("marked", Reversal.Way.FORGET)));

		assertThat(tables.names()).containsExactly("public.customer");
	}

	@Test
	void moreThanTheEngineKeepsTakesAll() {
		var many = IntStream.range(0, 400).mapToObj("public.table_%d"::formatted).collect(Collectors.toList());

		assertThat(PlanTables.of(many).input()).isEmpty();
		assertThat(PlanTables.of(many).names()).hasSize(400);
	}

	private static PlanTables tables(ReleaseProof.Proven... proven) {
		var undos = Arrays.stream(proven)
			.map((one) -> undo(one.verdict().changeset().id(), Reversal.Way.INVERSE))
			.toList();
		return new ChangedTables(TARGET, Optional.of(proof(List.of(proven)))).of(undos);
	}

	private static Reversals.Undo undo(String id, Reversal.Way way) {
		return new Reversals.Undo("orders", new Reversal.Step(
				new Deployed(id(id), "orders.sql", 1, null, true, null, null, 0), way, null, List.of()), null);
	}

	private static ChangesetId id(String id) {
		return new ChangesetId("orders.sql", id, "ann");
	}

	private static ReleaseProof.Proven proven(String id, String @Nullable ... changed) {
		return new ReleaseProof.Proven("orders", verdict(id, changed), false);
	}

	private static ReleaseProof.Proven stale(String id, String... changed) {
		return new ReleaseProof.Proven("orders", verdict(id, changed), true);
	}

	private static ChangesetVerdict verdict(String id, String @Nullable ... changed) {
		return new ChangesetVerdict(id(id), Verdict.REVERSIBLE, Inverse.AUTOMATIC, DataLoss.NONE, "none", false,
				List.of(), new ChangesetProof(ProofOutcome.IDENTICAL, List.of(), null, 1, 1, List.of(), List.of(),
						Map.of(), List.of(), Map.of(), null, (changed != null) ? List.of(changed) : null, null));
	}

	private static ReleaseProof proof(List<ReleaseProof.Proven> proven) {
		return new ReleaseProof(1, "r", "shop", "mira", Instant.EPOCH, Instant.EPOCH, 1, 1, Instant.EPOCH, null, null,
				null, null, proven);
	}

}
