package dev.backout.migration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** SQL is cut where PostgreSQL would cut it. */
class StatementTextTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			select 1; select 2                                                        | 2
			select ';'; select E'\\';'; select $$;$$; select $a$;$$;$a$               | 4
			select 1 /* ; /* ; */ ; */; -- ; not this                                 | 1
			insert into "a;b" values (1); select "x"";y"                              | 2
			create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3 | 2
			create rule r as on insert to t do also (insert into a values (1); delete from b) | 1
			select $1; select a$b$c; select 1                                         | 3
			create function g() returns trigger as $body$ begin if x then y; end if; end $body$ language plpgsql | 1
			select U&'d\\0061t;a'; select 'it''s; one'                                | 2
			;; ;                                                                      | 0
			""")
	void isCutAsTheServerWould(String script, int statements) {
		assertThat(StatementText.split(script)).as(script).hasSize(statements);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			ALTER  TABLE "plain" /* c */ DROP "Odd Name"     | alter table plain drop "Odd_Name"
			select 'a', E'b\\'c', $$d$$                      | select '', e'', $$
			update t set a=1,b = (2 , 3)                     | update t set a=1,b = (2 , 3)
			""")
	void isMadePlain(String sql, String plain) {
		assertThat(StatementText.plain(sql)).containsExactly(plain);
	}

	@Test
	void keepsItsTextAsItWasWritten() {
		var statement = StatementText.split("  select 'A;b' -- why\n from \"T\" ; ").get(0);

		assertThat(statement.text()).isEqualTo("select 'A;b' -- why\n from \"T\"");
		assertThat(statement.tokens().get(3).value()).isEqualTo("T");
		assertThat(statement.text().substring(statement.tokens().get(3).start())).isEqualTo("\"T\"");
	}

}
