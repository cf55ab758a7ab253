package dev.backout.desk.web;

import java.io.IOException;
import java.util.Objects;
import java.util.UUID;

import dev.backout.desk.Downloads;
import dev.backout.people.Person;
import dev.backout.run.Evidence;
import dev.backout.run.RunId;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** Files that people attach to a run on its page. */
@Controller
class RunEvidencePages {

	private final Evidence evidence;

	RunEvidencePages(Evidence evidence) {
		this.evidence = evidence;
	}

	@PostMapping("/runs/{id}/evidence")
	String attach(@PathVariable String id, @RequestParam MultipartFile file, @RequestParam String remark, Person me)
			throws IOException {
		try (var content = file.getInputStream()) {
			this.evidence.attach(RunId.of(id), Objects.requireNonNullElse(file.getOriginalFilename(), ""), content,
					remark, me);
		}
		return "redirect:/runs/{id}";
	}

	@GetMapping("/runs/{id}/evidence/{file}")
	ResponseEntity<byte[]> read(@PathVariable String id, @PathVariable UUID file) {
		return Downloads.of(this.evidence.read(RunId.of(id), file));
	}

}
