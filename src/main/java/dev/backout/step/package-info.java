/**
 * What a playbook step is: the contract between a process model and the code behind it.
 */
@NullMarked
package dev.backout.step;

import org.jspecify.annotations.NullMarked;
