/** Pages for people with a browser. */
@NullMarked
package dev.backout.desk.web;

import org.jspecify.annotations.NullMarked;
