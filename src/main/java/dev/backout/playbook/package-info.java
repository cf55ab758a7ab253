/** BPMN files: their catalogue, house rules and the gate that refuses unsafe ones. */
@NullMarked
package dev.backout.playbook;

import org.jspecify.annotations.NullMarked;
