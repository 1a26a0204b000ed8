"""What the help pages say: steps of the tour, words, who does what, and what has been tested. Texts only; no rule is here."""
