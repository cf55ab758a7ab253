package dev.backout.migration.web;

import java.util.List;

import dev.backout.migration.KeptThing;
import dev.backout.migration.Migrations;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What migrations keep in a target until somebody lets go of it. */
@RestController
@RequestMapping("/api/v1/targets/{target}/kept")
class KeptApi {

	private final Migrations migrations;

	KeptApi(Migrations migrations) {
		this.migrations = migrations;
	}

	/** The oldest first. */
	@GetMapping
	List<KeptThing> kept(@PathVariable String target) {
		return this.migrations.kept(target);
	}

}
