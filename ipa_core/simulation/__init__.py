"""A made-up future: ministries that answer, forget and slip, mail that stops, machines that die.

`play` lives through it with the real product, `stories` tells what happened, `reference` says what must have been sent
according to the rules of the messages, and `audit` compares the two.
"""
