"""The rules of tickets: values in, values or refusals out, no input or output."""
