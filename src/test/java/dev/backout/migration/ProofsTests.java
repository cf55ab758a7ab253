package dev.backout.migration;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import dev.backout.OwnTables;
import dev.backout.TestDatabase;
import dev.backout.catalog.Changelog;
import dev.backout.catalog.Component;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.catalog.Selection;
import dev.backout.database.Clones;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A release proven in a clone of a verified backup, and what is remembered of it. */
class ProofsTests {

	static final String CHANGELOG = """
			--liquibase formatted sql
			--changeset c:c1 labels:1
			create table customer (id int primary key, name text not null);
			insert into customer select i, 'n' || i from generate_series(1, 5) i;
			--changeset c:c2 labels:2
			alter table customer add given text;
			update customer set given = name;
			--changeset c:c3 labels:2
			alter table customer drop column name;
			%s
			--changeset c:c4 labels:3
			create table later (id int);
			""";

	static final String BAD = "--rollback alter table customer add name text;";

	@TempDir
	Path directory;

	final TestDatabase own = TestDatabase.create();

	final List<Deed> deeds = new ArrayList<>();

	/** What the backup holds; nobody is connected to it. */
	final Shop golden = new Shop(Path.of("target"));

	Shop shop;

	Instant now = Instant.parse("2026-11-23T02:14:00Z");

	boolean backup = true;

	Proofs proofs;

	@BeforeEach
	void prepare() {
		this.shop = new Shop(this.directory).file("customers.sql", CHANGELOG.formatted(""));
		var source = OwnTables.in(this.own, "080-proof");
		var clock = new Clock() {

			@Override
			public Instant instant() {
				return ProofsTests.this.now;
			}

			@Override
			public java.time.ZoneId getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(java.time.ZoneId zone) {
				return this;
			}

		};
		var records = new ProofRecords(JdbcClient.create(source),
				new TransactionTemplate(new JdbcTransactionManager(source)), (deed) -> {
					this.deeds.add(deed);
					return 1;
				}, clock);
		Clones clones = (target, progress) -> {
			progress.run();
			return this.backup ? Optional.of(copy()) : Optional.empty();
		};
		var beans = new StaticListableBeanFactory(Map.of("clones", clones));
		this.proofs = new Proofs(new Catalogue(this.directory), beans.getBeanProvider(Clones.class), records);
	}

	@AfterEach
	void drop() {
		this.shop.database.drop();
		this.golden.database.drop();
		this.own.drop();
	}

	Clones.Clone copy() {
		return new Clones.Clone(new ScratchDatabases().copy(target(this.golden), this.golden.database.name(), "proof"),
				"shop-1", this.now.minus(Duration.ofHours(3)));
	}

	static Target target(Shop shop) {
		return new Target("shop", shop.database.url(), "postgres", Secret.of("postgres"));
	}

	void deployInBackup(String release) {
		Migrations.of(Targets.of(target(this.golden)), new Catalogue(this.directory))
			.apply("shop", release, "deploy-" + release, MigrationListener.NONE);
	}

	ReleaseProof prove() {
		return this.proofs.prove("2", "mira", MigrationListener.NONE);
	}

	List<String> scratches() {
		return this.own.jdbc()
			.sql("select datname from pg_database where datname like 'backout\\_scratch\\_proof%'")
			.query(String.class)
			.list();
	}

	@Test
	void onlyTheReleaseIsProvenWithTheRowsOfTheBackupWhichStayAsTheyAre() {
		deployInBackup("1");
		var before = this.golden.fingerprint().digest();

		var proof = prove();

		assertThat(proof.changesets()).extracting((one) -> one.verdict().changeset().id() + " " + one.outcome())
			.containsExactly("c2 IDENTICAL", "c3 IDENTICAL");
		assertThat(proof.changesets().get(0).verdict().proof().touched()).containsKey("public.customer");
		assertThat(proof.backup()).isEqualTo("shop-1");
		assertThat(proof.stale()).isFalse();
		assertThat(this.golden.fingerprint().digest()).isEqualTo(before);
		assertThat(scratches()).isEmpty();
		assertThat(proof.sentence("customers", proof.changesets().get(0).verdict().changeset()))
			.isEqualTo("Proven on 23 Nov 2026 02:14 UTC against backup shop-1 of 22 Nov 2026 23:14 UTC: IDENTICAL");
		assertThat(this.deeds).singleElement()
			.satisfies((deed) -> assertThat(deed.kind()).isEqualTo("migration.proven"))
			.satisfies((deed) -> assertThat(deed.parameters()).containsEntry("IDENTICAL", "2")
				.containsEntry("data", "backup shop-1 of 22 Nov 2026 23:14 UTC"));
	}

	@Test
	void whatTheBackupHasAlreadyIsUndoneInTheCloneFirst() {
		deployInBackup("1");
		deployInBackup("2");
		this.golden.sql("insert into customer values (7, 'new')");

		var proof = prove();

		assertThat(proof.note()).isNull();
		assertThat(proof.changesets()).extracting(ReleaseProof.Proven::outcome)
			.containsExactly(ProofOutcome.IDENTICAL, ProofOutcome.IDENTICAL);
		assertThat(this.golden.deployed()).containsExactly("c1", "c2", "c3");
	}

	@Test
	void aLockFromWhenTheBackupWasTakenIsNobodysHere() {
		deployInBackup("1");
		this.golden.sql(
				"update databasechangeloglock set locked = true, lockedby = 'jenkins (10.0.0.7)', lockgranted = now()");

		assertThat(prove().changesets()).extracting(ReleaseProof.Proven::outcome)
			.containsExactly(ProofOutcome.IDENTICAL, ProofOutcome.IDENTICAL);
	}

	@Test
	void withoutABackupTheFilesAloneAreProvenWithMadeUpRows() {
		this.backup = false;

		var proof = prove();

		assertThat(proof.backup()).isNull();
		assertThat(proof.data()).contains("made-up rows");
		assertThat(proof.changesets()).extracting((one) -> one.verdict().changeset().id()).containsExactly("c2", "c3");
	}

	@Test
	void aChangedWayBackMakesItStaleFromThereOn() {
		deployInBackup("1");
		var ids = prove().changesets().stream().map((one) -> one.verdict().changeset()).toList();

		// Liquibase's own checksum does not cover it.
		this.shop.file("customers.sql", CHANGELOG.formatted(BAD));

		var proof = this.proofs.of("2").orElseThrow();
		assertThat(proof.changesets()).extracting(ReleaseProof.Proven::stale).containsExactly(false, true);
		assertThat(proof.sentence("customers", ids.get(1))).startsWith("Not proven as it is now");
		this.now = this.now.plusSeconds(60);
		var again = prove();
		assertThat(again.changesets()).extracting((one) -> one.stale() + " " + one.outcome())
			.containsExactly("false IDENTICAL", "false DATA_DIFFERS");
		assertThat(again.sentence("customers", ids.get(1))).startsWith("Does not come back, as shown on");
		assertThat(again.sentence("other", ids.get(1))).isEqualTo("Not proven");
	}

	@Test
	void oneAtATimeUntilTheOtherHasBeenSilentForLong() {
		deployInBackup("1");
		this.own.jdbc().sql("""
				insert into backout.proof (release, target, started_by, started_at, beat_at, done, total)
				values ('2', 'shop', 'omar', '2026-11-23T02:10:00Z', '2026-11-23T02:13:00Z', 1, 2)""").update();

		assertThatThrownBy(this::prove).isInstanceOf(Rejected.class).hasMessageContaining("1 of 2 changesets");
		this.now = this.now.plus(Duration.ofMinutes(11));
		assertThat(this.proofs.newest("2").orElseThrow().brokeOff(this.now)).isTrue();
		assertThat(prove().changesets()).hasSize(2);
	}

	@Test
	void aCancelledOneIsToldAsSuchAndLeavesNoClone() {
		deployInBackup("1");
		var cancelled = new MigrationListener() {

			@Override
			public void progress(int done, int total) {
				if (done == 1) {
					throw new CancellationException("enough");
				}
			}

		};

		assertThatThrownBy(() -> this.proofs.prove("2", "mira", cancelled)).isInstanceOf(CancellationException.class);

		assertThat(scratches()).isEmpty();
		assertThat(this.proofs.of("2")).isEmpty();
		assertThat(this.proofs.newest("2").orElseThrow().failure()).isEqualTo("It was cancelled");
	}

	@Test
	void aBrokenChangelogIsAFailureWithItsReason() {
		deployInBackup("1");
		this.shop.file("customers.sql", "--liquibase formatted sql\n--changeset nobody\nselect 1;\n");

		assertThatThrownBy(this::prove).isInstanceOf(BrokenChangelog.class);

		assertThat(this.proofs.newest("2").orElseThrow().failure()).contains("customers.sql");
		assertThat(scratches()).isEmpty();
	}

	@Test
	void asAStepItTellsThePlaybookWhatItMayRelyOn() {
		deployInBackup("1");
		var step = new ProveStep(this.proofs);

		var good = step.execute(new AStep("run-1", Map.of("release", "2")));
		this.shop.file("customers.sql", CHANGELOG.formatted(BAD));
		var bad = step.execute(new AStep("run-2", Map.of("release", "2")));

		assertThat(good).isInstanceOfSatisfying(StepOutcome.Done.class, (done) -> {
			assertThat(done.outputs()).containsEntry("changesets", "2").containsEntry("proven", "2");
			assertThat(done.summary()).contains("backup shop-1");
		});
		assertThat(bad).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("not-reversible");
			assertThat(refused.reason()).contains("customers.sql::c3::c");
		});
	}

	private record Catalogue(Path root) implements Releases {

		@Override
		public Release get(String id) {
			var customers = new Component("customers", "Customers", List.of(),
					new Changelog(this.root, "customers.sql"));
			var product = new Product("shop", "Shop", "shop", List.of(customers), List.of());
			return new Release(
					id, product, id, "Release " + id, null, List.of(new ReleaseComponent(customers,
							new Selection(List.of(id), List.of(), List.of()), List.of(), List.of(), Map.of())),
					new Owners("a", "b", "c"), "shop", List.of(), List.of());
		}

		@Override
		public List<Release> all() {
			return List.of(get("1"), get("2"));
		}

		@Override
		public List<Product> products() {
			return List.of(get("1").product());
		}

	}

}
