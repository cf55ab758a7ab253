/**
 * One execution of a playbook: its state, tasks for people, timeline and outcome; owns
 * the port to the engine.
 */
@NullMarked
package dev.backout.run;

import org.jspecify.annotations.NullMarked;
