"""The words of STOP, START and a wrong number: whole messages, and phrases within one. Folded; pure data."""

STOP_ALONE = (
    r"afmeld|afmeld mig|afmeld sms|afmeld venligst|afmelding|arret|cancel|dur|durdur|end|"
    r"frameld|frameld mig|framelding|ha ii soo qorin|ikke flere beskeder|ikke flere sms|jooji|"
    r"lad mig i fred|lad mig vaere|lad mig vaere i fred|mesaj istemiyorum|nej stop|"
    r"nej tak stop|nie pisac|nie pisz|nie pisz do mnie|nu mai scrie|opreste|oprire|opt out|"
    r"optout|please stop|przestan|quit|revoke|slet mig|slet mit nummer|slet nummer|sms stop|"
    r"sotp|stob|stoop|stop|stop all|stop alle|stop det|stop det her|stop dette|stop nu|"
    r"stop please|stop sms|stop stop|stop tak|stopall|stopp|stopper|stpo|unsubscribe|yazma|"
    r"не пиши|не пишите|не пишіть|стоп|الغاء|اوقفوا الرسائل|اوكف|بس|توقف|قف|لغو|نفرست"
)
START_ALONE = (
    r"basla|genstart|ja start|opt in|optin|sms start|start|start igen|start nu|start please|"
    r"start sms|start tak|tilmeld|tilmeld igen|tilmeld mig|tilmeld mig igen|tilmelding|unstop|"
    r"zacznij|почати|старт|ابدا"
)

_MESSAGES = (
    r"(?:sms(?:'?er(?:ne)?|'?erne)?|beskeder(?:ne)?|besked|messages?|texts?|mesaj(?:lar)?|"
    r"skrive(?:ri)?|skriv(?:eriet)?)"
)
_ME = r"(?:mig|mi|me|os)"
_MORE = r"(?:mere|flere|laengere|igen|laenger|mer|anymore|any more|again)"

OPT_OUT = (
    r"stop(?:pe?)?(?: nu)?(?: (?:venligst|lige|saa|de|de her|disse|jeres|alle|med|at|sende|med at "
    rf"sende|sending|the|your))* {_MESSAGES}",
    r"stop(?:pe|per)? (?:nu |saa |lige )?(?:med )?(?:at |det )?(?:skrive|sende|kontakte|forstyrre|"
    r"genere|chikanere|spamme|bombardere|writing|texting|messaging|contacting)",
    rf"(?:skriv|sms|send|kontakt) (?:\w+ )?(?:ikk?e?|aldrig|ik) (?:\w+ )?(?:{_MORE}|til {_ME})",
    r"(?:i skal|du skal|skal i|maa i|maa du|i maa|du maa|must) (?:\w+ )?(?:ikk?e?|ik|aldrig) "
    r"(?:skrive|sms|kontakte|sende (?=mig|os|flere|mere|beskeder|sms))\w*(?! under| med andre| "
    r"(?:\w+ )?til (?!mig|os))",
    r"(?:oensker|vil|gider|behoever|skal|want|need|wish|modtage|have)\w* (?:\w+ "
    rf"){{0,2}}?(?:ikk?e?|ik|ingen|no|not) (?:\w+ ){{0,3}}?(?:flere|mere|more|at modtage|modtage|"
    rf"have) (?:\w+ ){{0,2}}?{_MESSAGES}",
    rf"(?:ikk?e?|ik|ingen|no|nie|zero) (?:flere|mere|more) (?:\w+ )?{_MESSAGES}(?! om maaneden)",
    r"(?:slet|fjern|afmeld|frameld|remove|delete) (?:\w+ )?(?:mit|dette|det her|my) (?:\w+ "
    r")?(?:nummer|nr|mobilnummer|telefonnummer|tlf|number)",
    r"(?:slet|fjern|afmeld|frameld|meld|tag|remove|take) (?:mig|me) (?:\w+ )?(?:fra|af|off|from) "
    r"(?:\w+ )?(?:liste|listen|jeres|sms|det her|dette|your|this|the)",
    r"(?:vil|skal|oensker|kan jeg|gerne) (?:\w+ ){0,3}?(?:afmeldes?|frameldes?|meldes fra|afmelde "
    r"mig|framelde mig|melde mig fra)(?! (?:antenne|tv|internet|pbs|betalingsservice))",
    r"(?:don'?t|do not|dont|never) (?:text|write|message|sms|contact) (?:to )?me",
    r"(?:stop|quit) (?:texting|messaging|writing|contacting|bothering)",
    r"lad mig (?:nu |saa |bare )*(?:vaere|i fred)(?: i fred)?(?! (?:med at|hjemme|kun))",
    r"bana (?:bir daha |artik )?(?:yazmayin|mesaj atmayin|yazma)",
    r"mesaj (?:atmayin|gondermeyin|istemiyorum)",
    r"(?:nie|prosze nie) (?:pisz(?:cie)?|wysylaj(?:cie)?)(?: \w+)? (?:do mnie|sms|wiecej)",
    r"(?:не|больше не|більше не) (?:пишіть|пишите|пиши) (?:мені|мне|больше|більше)",
    r"(?:لا|ما) ?(?:ترسل|تبعث|تكتب)\w*",
    r"اوقف\w* (?:ال)?رسا[ئي]ل",
    r"ha ii soo (?:dirin|qorin)",
    r"(?:nu|nu-mi) mai (?:scrie|trimite)\w*",
)

OPT_IN = (
    r"(?:vil|maa i|i maa|gerne|oensker|kan i|kan jeg) (?:\w+ ){0,3}?(?:tilmeldes|tilmelde mig|"
    r"(?:modtage|have|faa) (?:jeres )?(?:sms\w*|beskeder) igen)",
    r"(?:i maa|du maa) (?:gerne|godt) (?:skrive|sms'?e|sende) (?:\w+ )?(?:igen|til mig igen)",
    r"start (?:\w+ )?sms\w*(?: igen)?",
    r"tilmeld (?:mig|mit nummer)(?: igen)?",
    r"skriv (?:gerne |bare )?til mig igen",
)

#: A wrong number silences us, so only what can mean nothing else.
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
