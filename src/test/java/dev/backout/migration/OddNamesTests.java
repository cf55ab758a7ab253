package dev.backout.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names that need quotes, or come close to the longest, through stash, protection and
 * revert.
 */
class OddNamesTests {

	/** 63 bytes, of which the last letter has two. */
	private static final String LONGEST = "x".repeat(61) + "ö";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "UPPER", "select", "two words", "it's", "say \"so\"", "a.b", "öäü…№", "100%",
			"back\\slash", "tab\there", "$$", "-- comment", ";drop", "x", "%s%I%1$s", "LONGEST" })
	void comeThereAndBack(String word) {
		var name = word.equals("LONGEST") ? LONGEST : word;
		var q = '"' + name.replace("\"", "\"\"") + '"';
		var setup = """
				create schema %1$s;
				create schema kinds;
				create type kinds.%1$s as enum ('a');
				create table %1$s.%1$s (%1$s int, v text default 'x', e kinds.%1$s, w varchar(30), constraint "pk" primary key (%1$s));
				insert into %1$s.%1$s select i, 'v' || i, 'a', i::text from generate_series(1, 9) i;
				create table plain (id int primary key, %1$s text not null, ref int references %1$s.%1$s (%1$s));
				insert into plain select i, 'p' || i, i from generate_series(1, 5) i;
				create index on plain (%1$s);
				create table gone (id int primary key, %1$s numeric);
				insert into gone values (1, 2);
				create view %1$s.v as select %1$s, w from %1$s.%1$s;
				"""
			.formatted(q);
		try (var shop = Shop.with(this.directory, setup).formatted("""
				--changeset a:1
				alter table plain drop column %1$s;
				--changeset a:2
				update %1$s.%1$s set v = upper(v) where %1$s < 6;
				delete from plain where id = 5;
				delete from %1$s.%1$s where %1$s = 9;
				--changeset a:3
				alter table %1$s.%1$s alter column v type varchar(2) using left(v, 2);
				--changeset a:4
				alter type kinds.%1$s add value %2$s;
				--changeset a:5
				drop table gone;
				--changeset a:6
				comment on table %1$s.%1$s is %2$s;
				create or replace view %1$s.v as select %1$s, w, v from %1$s.%1$s;
				--changeset a:7
				truncate plain;
				--changeset a:8
				create table %1$s (%1$s int primary key);
				insert into %1$s values (1);
				--changeset a:9
				alter table %1$s.%1$s drop column e cascade;
				""".formatted(q, "'" + name.replace("'", "''") + "'"))) {
			var before = shop.fingerprint();
			shop.apply();
			shop.sql("insert into %1$s values (2)".formatted(q));

			var outcome = shop.revert();

			assertThat(outcome.conflicts()).isEmpty();
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		}
	}

	@Test
	void changesetsMayBeCalledAnything() {
		var id = "it's \"10 %\" _ \\ № ' || '@1#1";
		try (var shop = Shop
			.with(this.directory, "create table t (id int primary key, v int); insert into t values (1, 2)")
			.xml("<changeSet id='%s' author=\"o'neil_%%\"><sql>alter table t drop column v</sql><sql>update t set id = 7</sql></changeSet>"
				.formatted(id.replace("'", "&apos;").replace("\"", "&quot;")))) {
			var before = shop.fingerprint();

			assertThat(shop.apply().kept()).hasSize(2);
			assertThat(shop.revert().kept()).hasSize(2);

			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		}
	}

}
