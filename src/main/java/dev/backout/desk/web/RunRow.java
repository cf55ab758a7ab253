package dev.backout.desk.web;

import dev.backout.run.Run;

/** A run as lists show it. */
public record RunRow(Run run, Look look) {

	static RunRow of(Run run) {
		return new RunRow(run, Look.of(run.state()));
	}

}
