package dev.backout.desk.web;

import java.io.IOException;

import dev.backout.people.Person;
import dev.backout.run.RunId;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The streams that open pages listen to. */
@Controller
class LiveStreamPages {

	private final LiveStreams streams;

	LiveStreamPages(LiveStreams streams) {
		this.streams = streams;
	}

	@GetMapping(path = "/desk/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter ofAll(Person me, HttpServletResponse response) throws IOException {
		return open(me, null, response);
	}

	@GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter ofRun(@PathVariable String id, Person me, HttpServletResponse response) throws IOException {
		return open(me, RunId.of(id).toString(), response);
	}

	private SseEmitter open(Person me, @Nullable String run, HttpServletResponse response) throws IOException {
		// A proxy that gathers would make it everything but live.
		response.setHeader("X-Accel-Buffering", "no");
		return this.streams.open(me.id(), run);
	}

}
