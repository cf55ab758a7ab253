package dev.backout.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Changelogs that are written oddly, but that people do write. */
class OddChangelogTests {

	@TempDir
	Path directory;

	Shop shop;

	String setup = "";

	final List<Shop> clones = new ArrayList<>();

	@AfterEach
	void end() {
		if (this.shop != null) {
			this.shop.close();
		}
		this.clones.forEach(Shop::close);
	}

	@Test
	void includeAllRunsInTheOrderOfPathsWhateverTheNames() {
		begin("").xml("<includeAll path=\"parts\" relativeToChangelogFile=\"true\"/>")
			.file("parts/10.sql", "--liquibase formatted sql\n--changeset a:ten\ncreate table ten (id int);\n")
			.file("parts/9 nine.sql", "--liquibase formatted sql\n--changeset a:nine\nalter table ten add b int;\n")
			.file("parts/ümlaut #1.sql", "--liquibase formatted sql\n--changeset a:u\nalter table ten add c int;\n");

		this.shop.apply();

		assertThat(this.shop.deployed()).containsExactly("ten", "nine", "u");
		assertThat(prove()).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.revert();
		assertThat(this.shop.one("select to_regclass('ten')")).isEqualTo("null");
	}

	@Test
	void byteOrderMarksAndLineEndsOfWindowsChangeNothing() {
		var changes = """
				--changeset a:1
				create table t (id int primary key, name text);
				--rollback drop table t;
				--changeset a:2
				insert into t values (1, 'Ünï');
				""";
		begin("").formatted(changes);
		var plain = this.shop.session(MigrationOptions.of("test"), MigrationSession::changesets);

		this.shop.file("c.sql", "\uFEFF" + ("--liquibase formatted sql\n" + changes).replace("\n", "\r\n"));

		assertThat(this.shop.session(MigrationOptions.of("test"), MigrationSession::changesets)).isEqualTo(plain);
		assertThat(prove()).hasSize(2).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.apply();
		assertThat(this.shop.one("select name from t")).isEqualTo("Ünï");
		this.shop.revert();
		assertThat(this.shop.one("select to_regclass('t')")).isEqualTo("null");
	}

	@Test
	void loadedValuesKeepNullsQuotesAndLetters() {
		begin("create table t (id int primary key, name text, note text); insert into t values (0, 'old', 'x')")
			.file("data.csv", """
					id,name,note
					1,"say ""hi"", it's",NULL
					2,Ünï \uD83D\uDE00,
					3,"a
					b",NULL
					""")
			.xml("<changeSet id=\"1\" author=\"a\"><loadData file=\"data.csv\" tableName=\"t\" encoding=\"UTF-8\"/></changeSet>");
		var before = this.shop.fingerprint();

		var verdict = prove().get(0);
		assertThat(held(verdict)).as("%s", verdict).isTrue();
		this.shop.apply();
		assertThat(this.shop.rows("select name, note is null from t where id > 0 order by id"))
			.containsExactly("say \"hi\", it's|t", "Ünï \uD83D\uDE00|t", "a\nb|t");
		this.shop.revert();
		assertThat(this.shop.fingerprint().data()).isEqualTo(before.data());
	}

	@ParameterizedTest
	@ValueSource(strings = { "rollback", "abort", "commit and chain", "prepare transaction 'x'",
			"savepoint s; rollback to savepoint s" })
	void whatWouldTearAChangesetFromItsHistoryRowIsRefused(String statement) {
		begin("").formatted("--changeset a:1 splitStatements:false\ncreate table t (id int); " + statement + "\n");

		assertThatThrownBy(this.shop::apply).hasMessageContaining("would end the transaction")
			.hasMessageContaining("take it out");

		assertThat(this.shop.deployed()).isEmpty();
		assertThat(this.shop.one("select to_regclass('t')")).isEqualTo("null");
		assertThat(this.shop.one("select count(*) from pg_prepared_xacts")).isEqualTo("0");
	}

	@Test
	void preconditionsThatDoNotHoldMarkContinueOrHalt() {
		begin("create table t (id int); insert into t values (1)");
		this.shop
			.xml("""
					<changeSet id="mark" author="a"><preConditions onFail="MARK_RAN"><not><tableExists tableName="t"/></not></preConditions>
						<createTable tableName="t"><column name="id" type="int"/></createTable></changeSet>
					<changeSet id="skip" author="a"><preConditions onFail="CONTINUE"><tableExists tableName="nowhere"/></preConditions>
						<dropTable tableName="nowhere"/></changeSet>
					<changeSet id="plain" author="a"><addColumn tableName="t"><column name="b" type="int"/></addColumn></changeSet>
					""");

		assertThat(prove()).allSatisfy((verdict) -> assertThat(
				verdict.proof() == null || !verdict.proof().outcome().name().matches(".*(DIFFERS|FAILS)"))
			.as("%s", verdict)
			.isTrue());
		var outcome = this.shop.apply();
		assertThat(this.shop.deployed()).containsExactly("mark", "plain");
		assertThat(outcome.notes()).anyMatch((note) -> note.contains("skip"));
		this.shop.revert();
		assertThat(this.shop.rows("select * from t")).containsExactly("1");
		assertThat(this.shop.deployed()).isEmpty();

		this.shop
			.xml("""
					<changeSet id="fine" author="a"><createTable tableName="fine"><column name="id" type="int"/></createTable></changeSet>
					<changeSet id="halt" author="a"><preConditions onFail="HALT" onFailMessage="not on this one"><tableExists tableName="nowhere"/></preConditions>
						<dropTable tableName="nowhere"/></changeSet>
					""");
		assertThatThrownBy(this.shop::apply).hasMessageContaining("not on this one");
		assertThat(
				this.shop.one("select to_regclass('databasechangelog') is not null and to_regclass('t') is not null"))
			.isEqualTo("t");
	}

	@Test
	void theSameIdTwiceInAFileIsNamed() {
		begin("").formatted("""
				--changeset a:1
				create table one (id int);
				--changeset a:1
				create table two (id int);
				""");

		assertThatThrownBy(this.shop::apply).isInstanceOf(ApplyRefused.class).hasMessageContaining("c.sql::1::a");
		assertThat(this.shop.one("select to_regclass('one'), to_regclass('two')")).isEqualTo("null|null");
	}

	@Test
	void contextsLabelsAndDbmsChooseAlsoInAProof() {
		begin("").formatted("""
				--changeset a:all
				create table t (id int);
				--changeset a:test context:test
				create table only_test (id int);
				--changeset a:label labels:later
				create table only_later (id int);
				--changeset a:mysql dbms:mysql
				create table only_mysql (id int) engine=innodb;
				""");
		var source = new ChangelogSource(this.directory, "c.sql", "prod", "!later", java.util.Map.of());

		var verdicts = Prover.prove(source, target(), ProofOptions.DEFAULT).changesets();

		assertThat(verdicts).extracting((verdict) -> verdict.changeset().id()).containsExactly("all");
		assertThat(
				this.shop.one("select to_regclass('only_test'), to_regclass('only_later'), to_regclass('only_mysql')"))
			.isEqualTo("null|null|null");
	}

	@Test
	void whatRunsAgainIsProvenOnceAndGoesBackToItsFormerRun() {
		begin("create table t (id int)").formatted("""
				--changeset a:view runOnChange:true
				create or replace view v as select id from t;
				--changeset a:always runAlways:true
				insert into t values (1);
				""");

		assertThat(prove()).hasSize(2).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.apply();
		this.shop.apply();
		assertThat(this.shop.one("select count(*) from t")).isEqualTo("2");
	}

	@Test
	void aTableOfTheSessionIsNoPartOfTheSchema() {
		begin("create table t (id int primary key, name text); insert into t values (1, 'x')").formatted("""
				--changeset a:1
				create temp table work as select * from t;
				update t set name = (select name || 'y' from work where work.id = t.id);
				--changeset a:2
				create temporary table other (id int);
				--changeset a:3
				create temp table gone on commit drop as select 1 as id;
				""");
		var before = this.shop.fingerprint();

		assertThat(prove()).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.apply();
		this.shop.revert();
		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
		this.shop.apply();
	}

	@Test
	void aTableOfTheSessionIsUsedAndDropped() {
		begin("create table t (id int primary key, name text); insert into t values (1, 'x')").formatted("""
				--changeset a:1
				create temp table work (id int primary key, name text, more text);
				insert into work (id, name) select id, name || '!' from t;
				insert into work values (2, 'y', ''), (3, 'z', '');
				create index on work (name);
				alter table work drop column more;
				alter table work alter column name type varchar(9);
				delete from work where id = 3;
				update work set name = upper(name);
				insert into t select id, name from work where id > 1;
				truncate work;
				drop index work_name_idx;
				drop table work;
				--changeset a:2 splitStatements:false
				create temp table kept on commit drop as select * from t;
				create index on kept (id);
				update t set name = kept.name || '?' from kept where kept.id = t.id;
				--changeset a:3 splitStatements:false
				do $$ begin create temp table hidden on commit drop as select 9 as id; end $$;
				insert into hidden values (10);
				insert into t select id, 'h' from hidden;
				drop table if exists hidden;
				""");
		var before = this.shop.fingerprint();

		assertThat(prove()).hasSize(3).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.apply();
		assertThat(this.shop.rows("select * from t order by id")).containsExactly("1|x?", "2|Y?", "9|h", "10|h");
		this.shop.revert();
		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
	}

	@Test
	void triggersThatAnActionReachesStayStillWhenRowsGoBack() {
		begin("""
				create table team (id int primary key);
				create table member (id int primary key, team int references team on delete cascade);
				create table tally (n int); insert into tally values (0);
				create function count_gone() returns trigger language plpgsql as
					$$ begin update tally set n = n + 1; return null; end $$;
				create trigger gone after delete on member for each statement execute function count_gone();
				insert into team values (1); insert into member values (1, 1);
				""").formatted("--changeset a:1\ninsert into team values (2), (3);\n");
		var before = this.shop.fingerprint();

		assertThat(prove()).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
		this.shop.apply();
		this.shop.revert();

		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
		this.shop.sql("delete from member");
		assertThat(this.shop.one("select n from tally")).as("fires again").isEqualTo("1");
	}

	@Test
	void theOnlyColumnOfATableWithoutAKeyMayBeRenamed() {
		begin("create table t (id int); insert into t values (1), (2)").formatted("""
				--changeset a:1
				alter table t rename column id to number;
				""");

		assertThat(prove()).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
	}

	/** Liquibase always writes CASCADE here. */
	@Test
	void aSequenceMayTakeDefaultsAlong() {
		begin("create sequence s start 5; create table t (id int primary key default nextval('s')); insert into t default values")
			.xml("<changeSet id=\"1\" author=\"a\"><dropSequence sequenceName=\"s\"/></changeSet>");

		var inspected = Inspector.inspect(this.shop.source()).changesets().get(0);

		assertThat(inspected.verdict()).isEqualTo(Verdict.IRREVERSIBLE);
		assertThat(inspected.reasons()).extracting(Reason::code).contains("cascade");
		assertThat(prove()).extracting(ChangesetVerdict::verdict).containsExactly(Verdict.IRREVERSIBLE);

		this.setup = "create sequence s start 5; select nextval('s')";
		assertThat(prove()).extracting(ChangesetVerdict::verdict).containsExactly(Verdict.REVERSIBLE_WITH_STASH);
	}

	@Test
	void whatAFunctionMayDoLaterIsNotWhatItsDefinitionDoes() {
		begin("create table t (id int)").formatted("""
				--changeset a:1 splitStatements:false
				create function clean() returns void language plpgsql as $$ begin drop table t cascade; end $$;
				""");

		var verdict = prove().get(0);

		assertThat(held(verdict)).as("%s", verdict).isTrue();
		assertThat(verdict.verdict()).isEqualTo(Verdict.REVERSIBLE);
	}

	@Test
	void whatIsPreparedInTheSessionMayGo() {
		begin("create table t (id int primary key, name text); insert into t values (1, 'x')").formatted("""
				--changeset a:1
				deallocate all;
				update t set name = 'y';
				--changeset a:2
				alter table t add b int;
				""");

		assertThat(prove()).hasSize(2).allSatisfy((verdict) -> assertThat(held(verdict)).as("%s", verdict).isTrue());
	}

	private Shop begin(String setup) {
		this.setup = setup;
		this.shop = new Shop(this.directory);
		if (!setup.isEmpty()) {
			this.shop.sql(setup);
		}
		return this.shop;
	}

	private static boolean held(ChangesetVerdict verdict) {
		var proof = verdict.proof();
		return proof != null && proof.outcome().held();
	}

	/** In a database like this one. */
	private List<ChangesetVerdict> prove() {
		return Prover.prove(this.shop.source(), target(), ProofOptions.DEFAULT).changesets();
	}

	private Target target() {
		var clone = new Shop(this.directory);
		this.clones.add(clone);
		if (!this.setup.isEmpty()) {
			clone.sql(this.setup);
		}
		return new Target("odd", clone.database.url(), "postgres", Secret.of("postgres"));
	}

}
