"""The words of a wrong number: only what can mean nothing else, for it silences us. Folded; pure data."""

WRONG_PERSON = (
    r"forkerte? (?:person|mand|dame)",
    r"(?:du|i|de) har (?:\w+ )?(?:fat (?:i|paa)|ringet til|skrevet til) (?:den |en )?(?:forkerte?|anden end)"
    r"(?! (?:konto|adresse|afdeling|kommune))",
    r"(?:skriver|skrevet|sender) til (?:den|en) forkerte?(?! (?:konto|adresse|afdeling))|den forkerte i skriver til",
    r"kender (?:\w+ )?(?:ikke|ik|ingen) (?:(?:nogen|en) )?der hedder(?: det)?|aldrig hoert om (?:ham|hende)",
    r"(?:jeg|vi) bor (?:der |her )?(?:slet )?(?:ikke|ik) (?:der |her |i \w+ )?(?:mere|laengere)",
    r"(?:jeg|vi) (?:er fraflyttet|fraflyttede)(?= for|[^\w ]|$| lejemaalet| i )",
    r"wrong (?:number|person|guy)|yanlis numara|pomylka",
)

#: Said alone: inside a sentence it may be the number of an account.
WRONG_PERSON_ALONE = "forkert nummer|forkert nr|forkert tlf|forkert telefonnummer|forkert mobilnummer|forkert person"
