package dev.backout.playbook;

import java.util.SortedMap;
import java.util.TreeMap;

import dev.backout.backup.FlagStates;
import dev.backout.flag.Flags;
import org.springframework.stereotype.Component;

/** A backup says which flags were on over its rows. */
@Component
class BackedUpFlags implements FlagStates {

	private final Flags flags;

	BackedUpFlags(Flags flags) {
		this.flags = flags;
	}

	@Override
	public SortedMap<String, String> of(String target) {
		var states = new TreeMap<String, String>();
		this.flags.all()
			.stream()
			.filter((flag) -> flag.target() == null || target.equals(flag.target()))
			.forEach((flag) -> states.put(flag.key(),
					!flag.on() ? "off" : (flag.percentage() < 100) ? flag.percentage() + "%" : "on"));
		return states;
	}

}
