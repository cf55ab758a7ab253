package dev.backout.migration;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Which tables a way back changes, as its proof has seen it. */
class ChangedBackTests {

	@TempDir
	Path directory;

	@Test
	void isSeenByTheLocksAndNeverReadFromText() {
		try (var shop = Shop.with(this.directory, """
							create table dept (id int primary key);
							create table customer (id int primary key, dept int references dept, name text);
							create table audit (id serial primary key, what text);
							create table note (id int, text text);
							create table victim (id int);
							create table "Od,d ""x""\" (id int);
							create function audited() returns trigger language plpgsql as
								'begin insert

				into audit (what) values (tg_op); return new; end';
							create trigger audited after update on customer for each row execute function audited();
							insert into

				dept values (1);
							insert into customer select i, 1, 'n' || i from generate_series(1, 5) i;
							insert into

				note values (1, 'a');
							insert into "Od,d ""x""\" values (1);""")) {
			shop.formatted("""
					--changeset t:trigger
					update customer set name = name || '!';
					--rollback update customer set name = left(name, -1);
					--changeset t:new
					create table fresh (id int primary key, dept int references dept);
					--changeset t:renamed
					alter table note rename to remark;
					--changeset t:other
					alter table dept add label text;
					--rollback alter table dept drop column label;
					--rollback update remark set text = 'b';
					--changeset t:foreign
					create view seen as select 1 as one;
					--rollback drop view seen;
					--rollback drop table victim;
					--changeset t:odd
					update "Od,d ""x""\" set id = 2;
					--rollback update "Od,d ""x""\" set id = 1;
					--changeset t:bare runInTransaction:false
					alter table customer add bare int;
					--changeset t:nothing
					update customer set name = '' where id = 77;
					--rollback update customer set name = '' where id = 77;
					--changeset t:view
					create view harmless as select 1 as one;
					""");

			var changed = changedBack(shop);

			assertThat(changed.get("trigger")).as("a trigger's table, too")
				.containsExactly("public.audit", "public.customer");
			assertThat(changed.get("new")).as("what it made, which goes, and what that refers to")
				.containsExactly("public.dept", "public.fresh");
			assertThat(changed.get("renamed")).as("as it is called before the way back")
				.containsExactly("public.remark");
			assertThat(changed.get("other")).as("a way back of somebody's own")
				.containsExactly("public.dept", "public.remark");
			assertThat(changed.get("foreign")).as("it drops a table that the way there did not touch").isNull();
			assertThat(changed.get("odd")).containsExactly("public.\"Od,d \"\"x\"\"\"");
			assertThat(changed.get("bare")).as("without a transaction nothing tells").isNull();
			assertThat(changed.get("nothing")).as("no trigger fired that fires for rows").isNull();
			assertThat(changed.get("view")).isEmpty();
		}

	}

	private static Map<String, List<String>> changedBack(Shop shop) {
		var target = new Target("shop", shop.database.url(), "postgres", Secret.of("postgres"));
		var changed = new HashMap<String, List<String>>();
		Prover.prove(shop.source(), target, ProofOptions.DEFAULT)
			.changesets()
			.forEach((verdict) -> changed.put(verdict.changeset().id(), verdict.proof().changedBack()));
		return changed;
	}

}
