package dev.backout.run;

import java.time.Duration;
import java.util.List;

import dev.backout.plan.PastTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the journal knows of how long steps took: those that ended well at once. */
@Component
class StepTimes implements PastTimes {

	private static final int NEWEST = 20;

	private final JdbcClient jdbc;

	StepTimes(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public List<Duration> of(String type, String target) {
		return this.jdbc.sql("""
				select extract(epoch from s.ended_at - s.started_at) * 1000 as millis
				from backout.run_step s join backout.run r on r.id = s.run
				where s.type = :type and r.target = :target and s.state = 'DONE' and s.attempt = 1
				order by s.ended_at desc limit :newest""")
			.param("type", type)
			.param("target", target)
			.param("newest", NEWEST)
			.query((row, number) -> Duration.ofMillis(row.getLong("millis")))
			.list();
	}

}
