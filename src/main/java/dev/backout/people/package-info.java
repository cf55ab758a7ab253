/** People, their roles, on-call rotations and escalation policies. */
@NullMarked
package dev.backout.people;

import org.jspecify.annotations.NullMarked;
