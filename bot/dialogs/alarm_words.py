"""The words of a child alone and of an eviction that goes on now, in folded spelling. Pure data."""

from __future__ import annotations

_CHILD = (
    r"(?:(?:smaa|spaed|skole)?(?:barn(?:et)?|boern(?:ene)?|born(?:ene)?)|soen(?:nen|ner|nerne)?|datter(?:en)?|doetre|"
    r"dreng(?:en|e|ene)?|pige(?:n|r|rne)?|baby(?:en)?|unger(?:ne)?|tvillinger(?:ne)?|lillebror|lillesoester|"
    r"nevoe(?:en)?|niece(?:n)?|"
    r"(?:den|de) (?:lille|smaa))"
)
#: Words between that turn it into something else: not alone, or alone together with who writes.
_NOT = r"(?!(?:ikke?|ik|aldrig|jeg|mig|vi|os|tit|ofte|bor|far|hos|var|hun|han|der (?!alene))(?!\w))"
_GAP = rf"(?:{_NOT}[\w']+ ){{0,5}}?"
_ALONE = (
    r"(?:helt |herhjemme |hjemme )*alene(?! (?:med|om|det|den|i (?:klasse|skole|verden)\w*|paa (?:sit|sin|vaerelse|"
    r"legeplads)\w*"
    r"|forsoerg\w*|foraeldre?)(?!\w))"
)
_PARENTS = r"(?:mor|far|mama|mamma|baba|moar)(?: og (?:mor|far))?"
#: A child says "mor", an adult "min mor".
_OWN = rf"(?:^|(?<=[.!?\n] )|(?<=[.!?\n])|(?:hej|og|men|for|at|nu) ){_PARENTS}"
_AGE = (
    r"(?:jeg er|er jeg|jeg bliver|i am|i'?m|im) (?:kun |bare |naesten |lige blevet |only |just )*"
    r"(?:[4-9]|1[0-3]|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: aar(?: gammel)?| years?(?: old)?)?(?=$|[.!?\n]| (?:og(?! en halv)|men|saa|min|mor|far|jeg|vi|hvad|kan|and|"
    r"but|my|mom|mum|what)(?!\w))"
)

#: An adult tells of a child that nobody is with.
CHILD_ALONE = (
    rf"{_CHILD} {_GAP}(?:er|ligger|sidder|staar|gaar|bliver|venter|har vaeret|skal vaere) {_GAP}{_ALONE}",
    rf"{_CHILD} {_GAP}(?:alene hjemme|hjemme alene|alene i lejligheden)(?! (?:med|hos)(?!\w))",
    rf"(?:har|maatte|noedt til at|kom til at) {_GAP}(?:lade|ladt|efterlade|efterladt) {_GAP}{_CHILD} {_GAP}"
    r"(?:alene|hjemme|i lejligheden)",
    rf"(?:er|sidder|ligger) (?:min|mit|mine|vores) {_GAP}{_CHILD} {_GAP}{_ALONE}",
    rf"ingen (?:andre |voksne?n? )?(?:er )?(?:hjemme )?(?:hos|sammen med) (?:min|mit|mine|vores|de|den)? "
    rf"?{_GAP}{_CHILD}",
    rf"{_CHILD} {_GAP}(?:uden (?:en |nogen )?voksne?|laast inde)",
    r"(?:my|our|the) (?:\w+ ){0,2}?(?:kids?|children|child|son|daughter|baby|toddler|year old|little (?:boy|girl)|"
    r"boys|girls)"
    r" (?:(?!not|never|with|lives?)[\w']+ ){0,5}?(?:home alone|alone|by (?:himself|herself|themselves))(?! with)",
    r"left (?:my |the |our )(?:\w+ )?(?:kids?|children|child|son|daughter|baby) (?:\w+ ){0,2}?(?:alone|at home)",
    r"(?:nobody|no one|no adult) (?:is )?(?:home )?with (?:my|the|our) (?:kids?|children|child|son|daughter|baby)",
    r"(?:cocuk|oglum|kizim|bebe)\w* (?:\w+ ){0,3}?(?:yalniz|tek basina)\w*",
    r"(?:dzieci|dziecko|syn|corka) (?:\w+ ){0,3}?(?:same|samo|sam|sama) (?:w domu|w mieszkaniu|teraz)",
    r"(?:діти|дитина|син|донька|дочка) (?:\w+ ){0,3}?(?:самі|сама|сам|одні|одна|один) (?:вдома|в квартирі)",
    r"(?:дети|ребенок|сын|дочь|дочка) (?:\w+ ){0,3}?(?:одни|одна|один|сами) дома",
    r"(?:ال)?(?:اطفال|اولاد|ابن|بنت|طفل)\w* (?:\w+ ){0,3}?(?:لوحد|وحد|بمفرد)\w*",
    r"(?:بچه ?ها?|پسر|دختر|کودک)\w* (?:\w+ ){0,3}?تنها\w*",
    r"(?:carruur|caruur|wiilk|gabadh|ilma)\w* (?:\w+ ){0,3}?(?:keligood|kaligood|keligiis|keligeed|kaligii|keligii)\w*",
    r"(?:copiii?|copilul|copii|fiul|fiica|bebelusul) (?:\w+ ){0,3}?(?:singuri?|singura) (?:acasa|in casa)",
)

#: A child writes: "mor er ikke kommet hjem", or who they are missing and how old they are.
CHILD_WRITES = (
    rf"{_OWN} (?:er|kom|kommer) (?:\w+ ){{0,3}}?(?:ikke?|ik|aldrig) (?:\w+ ){{0,2}}?(?:kommet |hjem(?!me))(?:\w+ "
    rf"?){{0,2}}",
    rf"(?:min )?{_PARENTS} (?:\w+ )?(?:vaagner (?:\w+ )?(?:ikke?|ik)|vil (?:ikke?|ik) vaagne|kan (?:ikke?|ik) vaekkes)",
    rf"(?:kan (?:ikke?|ik) vaekke|kan (?:ikke?|ik) faa) (?:min )?{_PARENTS}(?: op| vaagen|(?=$|[.!?]))",
    r"(?:jeg|vi) er (?:helt |her |hjemme )*alene (?:hjemme )?(?:med|sammen med) (?:min|mine) (?:lillebror|lillesoester|"
    r"lille ?soeskende|smaa ?soeskende|soeskende)",
    rf"{_OWN} (?:er|har) (?:\w+ ){{0,6}}?(?:jeg|vi) er (?:\w+ ){{0,2}}?(?:alene(?! om| med)|selv hjemme)",
    r"(?:jeg|vi) er (?:\w+ ){0,2}?alene (?:hjemme )?(?:og|for|fordi|uden) (?:mor|far|mama|baba)(?!\w)",
    r"(?:my )?(?:mom|mum|mommy|mummy|dad|daddy)(?: and (?:mom|mum|dad))? (?:\w+ ){0,2}?(?:won'?t|wont|does not|"
    r"doesn'?t|"
    r"will not) wake(?: up)?",
)
#: What only together with an age tells of a child alone.
AGED = _AGE
WITH_AGE = (
    r"alene|alone|bange|scared|ingen (?:voksne|hjemme)|nobody is (?:home|here)",
    r"(?:mor|far|mama|baba|foraeldre|mom|mum|mother|dad|father|parents) (?:\w+ ){0,3}?(?:ikke?|ik|not|hasn'?t|hasnt|"
    r"isn'?t|isnt|didn'?t|vaek|gone|gaaet|forsvundet|left)(?!\w)",
    r"(?:ved|know) (?:\w+ )?(?:ikke?|ik|not|don'?t) (?:\w+ )?(?:hvor|where) (?:\w+ ){0,2}?(?:mor|far|mom|mum|dad)",
)

_FOGED = r"(?:(?:en |to )?foge?d(?:en|ens folk|erne|retten|rettens folk|manden)?|kongens foged)"
_DOOR = (
    r"(?:her|herhjemme|herinde|herude|udenfor|uden for|ude foran|nedenfor|nede foran|inde hos (?:mig|os)|hos (?:mig|"
    r"os)|"
    r"(?:foran|ved|i|paa|inde i|ude paa|ude i) (?:min |vores |mit |hoved)?(?:doer(?:en)?|gadedoer(?:en)?|"
    r"hoveddoer(?:en)?|"
    r"opgang(?:en)?|trappe(?:n)?|lejlighed(?:en)?|entre(?:en)?|gang(?:en)?|stue(?:n)?))"
)
_LATER = (
    r"(?! (?:\w+ ){0,2}?(?:mandag|tirsdag|onsdag|torsdag|fredag|loerdag|soendag|morgen|overmorgen|naeste|den \d+|"
    r"d\.? ?\d+|\d{1,2}\. ?[a-z]+|"
    r"om \w+ (?:dage?|uger?|maaned\w*)|til (?:jul|januar|februar|marts|april|maj|juni|juli|august|september|oktober|"
    r"november|december)|i (?:byen|landet|gaar|kommunen)|next|tomorrow|on (?:mon|tues|wednes|thurs|fri)day|hver|"
    r"igen hvis)"
    r"(?!\w))"
)
_NOW = r"(?:lige nu|(?:nu|her og nu)(?=$|[.!?\n]| (?:og|hvad|hjaelp|ring|hvem|de|jeg|vi|kan)(?!\w)))"
_LOCK = r"(?:min |mine |vores |doer)?laas(?:en|ene)|(?:min|vores) laas"

EVICTION_NOW = (
    rf"{_FOGED} (?:\w+ ){{0,2}}?(?:er|staar|banker|sidder|venter|gaar rundt) (?:\w+ ){{0,3}}?{_DOOR}(?!\w){_LATER}",
    rf"{_FOGED} (?:\w+ ){{0,2}}?(?:banker|hamrer|ringer) (?:\w+ )?paa(?: doeren| hos (?:mig|os))?(?!\w){_LATER}",
    rf"{_FOGED} (?:er|kom) (?:lige |nu |her )*(?:kommet|ankommet|troppet op|moedt op|gaaet ind)(?! (?:med|til|frem|"
    rf"i)(?!\w))"
    rf"{_LATER}",
    rf"{_FOGED} (?:kom|kommer) (?:lige )?(?:nu|om lidt|op ad trappen|om (?:et? )?(?:kvarter|par minutter|halv time|"
    rf"time|"
    r"\d+ min\w*|oejeblik))(?!\w)",
    rf"{_FOGED} er paa vej (?:op|ind|herop|ind ad|nu)",
    rf"(?:staar|er|banker|har (?:jeg|vi)?|sidder) (?:der |nu |lige |her )*{_FOGED} (?:\w+ "
    rf"){{0,3}}?{_DOOR}(?!\w){_LATER}",
    rf"(?:har|faaet) {_FOGED} (?:\w+ )?(?:{_DOOR}|staaende|paa besoeg nu)(?!\w){_LATER}",
    rf"{_FOGED} (?:\w+ ){{0,4}}?(?:saetter|smider|kaster) (?:mig|os) ud{_LATER}(?! hvis)",
    rf"(?:de|nogen|maendene|han|{_FOGED}|folk|laasesmeden) (?:(?:er|staar|gaar) )?(?:\w+ ){{0,4}}?(?:skifter|udskifter|"
    rf"borer|skifte|bore|piller) (?:\w+ )?(?:{_LOCK})(?! i (?:opgang|kaelder|postkasse|alle|hele)\w*)(?: ud)?{_LATER}",
    rf"(?:de|nogen|fogeden) har (?:lige |nu |allerede )*skiftet (?:{_LOCK})(?! i )(?:[ .,]\w*)* (?:ude?|udenfor|gaden)",
    rf"nu skifter (?:de|fogeden) (?:{_LOCK})|(?:{_LOCK}) bliver skiftet {_NOW}",
    rf"(?:de|nogen) (?:er|staar) (?:her )?(?:og |for at )(?:vil |skal )?(?:skifter?|bore) (?:{_LOCK}){_LATER}",
    rf"(?:de|der|politiet) (?:er|staar) (?:\w+ )?{_DOOR} (?:sammen )?med (?:en )?foge?d",
    rf"(?:faar|bliver) (?:jeg |vi )?(?:{_LOCK}) (?:\w+ )?(?:skiftet|boret) {_NOW}",
    rf"(?:de|{_FOGED}|politiet|nogen) (?:er (?:her )?(?:og |for at |ved at |i gang med at |igang med at )|staar "
    rf"(?:her )?"
    r"(?:og |for at ))(?:\w+ )?(?:smider?|saetter?|kaster?) (?:mig|os) ud(?! hvis)" + _LATER,
    rf"(?:de|{_FOGED}|politiet) (?:smider|saetter|kaster) (?:mig|os) (?:\w+ )?ud (?:af (?:lejligheden|boligen) "
    rf")?{_NOW}",
    rf"(?:jeg|vi) (?:bliver|er ved at blive) (?:sat|smidt|kastet) (?:\w+ )?ud (?:af (?:lejligheden|boligen) )?{_NOW}",
    r"(?:de|flyttefolkene|maendene) (?:er (?:\w+ ){0,3}?at )?(?:baerer?|smider?|kaster?) (?:alle |hele )?"
    r"(?:(?:mine?|mit|vores) (?:\w+ )?(?:ting|moebler|ejendele|lejlighed|hjem)|alt|det hele) "
    r"(?:ud|ned|paa gaden|ud paa gaden)" + _LATER,
    r"(?:de|flyttefolkene|maendene) (?:er (?:\w+ ){0,3}?(?:ved at|gang med at) )?toemmer? (?:\w+ )?(?:min|vores) "
    r"lejlighed" + _LATER,
    r"(?:the )?(?:bailiffs?|sheriff|enforcement officers?|court officers?) (?:is|are|'s) (?:\w+ ){0,2}?(?:here|outside|"
    r"at (?:the|my|our) door|inside|in (?:the|my|our) (?:flat|apartment|home))" + _LATER,
    r"(?:they(?:'?re| are)?|bailiffs?|locksmith|people|men) (?:\w+ ){0,4}?(?:changing|drilling|change) (?:out )?"
    r"(?:the|my|our) (?:door )?locks?" + _LATER,
    r"(?:they are|they'?re|bailiffs? (?:is|are)) (?:\w+ ){0,2}?(?:throwing|kicking|putting) (?:me|us) out" + _LATER,
    r"(?:i am|i'?m|we are|we'?re) (?:\w+ )?being (?:evicted|thrown out|put out|kicked out) (?:right )?now",
    r"icra(?: memur\w*)? (?:\w+ )?(?:kapida|burada|geldi|evde)|kilid\w* degistiriyor\w*",
    r"komornik (?:\w+ )?(?:tu|tutaj|pod drzwiami|u mnie|przyszedl)|(?:zmieniaja|wymieniaja) (?:\w+ )?zam(?:ek|ki)",
    r"(?:міняють|змінюють) (?:\w+ )?замк?о?к?|виконавець (?:\w+ )?(?:тут|під дверима|прииш\w*)",
    r"меняют (?:\w+ )?зам(?:ок|ки)|пристав\w* (?:\w+ )?(?:здесь|у двери|за дверью|пришл\w*)",
    r"يغيرون (?:ال)?(?:قفل|اقفال)|(?:ال)?محضر (?:هنا|على الباب|عند الباب)|يطردوننا الان|يطردونني الان",
    r"قفل\w* (?:را |رو )?(?:دارند |دارن )?عوض (?:می ?کنند|میکنن)\w*",
    r"quful\w* (?:\w+ )?(?:bed+el\w*)",
    r"executor(?:ul|ii)? (?:\w+ )?(?:aici|la usa)|(?:imi |ne )?schimba (?:acum )?(?:yala|incuietoarea|broasca)",
)

#: What shares the words and means something else; taken out first.
HARMLESS = (
    r"(?:er det(?: sandt)?|kommer(?! lige| nu)|betyder (?:\w+ )?at|hvordan kan|maa|kan) (?:\w+ ){0,7}?(?:skifter?|"
    r"borer?|"
    r"saetter|smider) (?:\w+ )?(?:laasen?|mig ud|os ud)",
    rf"{_CHILD} (?:\w+ ){{0,6}}?(?:altid|hver|ofte|tit|som regel) (?:\w+ ){{0,3}}?alene(?: hjemme)?",
    rf"{_CHILD} (?:\w+ ){{0,6}}?alene (?:hjemme |ude |rundt )*(?:\w+ ){{0,3}}?(?:altid|hver (?:aften|dag|nat|uge)|"
    rf"hele dage)",
    rf"{_CHILD} (?:\w+ ){{0,4}}?alene (?:ude|rundt)(?! paa)",
    r"(?:kids?|children|child|son|daughter|boy|girl) (?:\w+ )?(?:\w+ )?(?:they'?re |are |is )*always alone",
    rf"(?:hvis|naar|hvad nu hvis|for ikke at|selvom|dengang|mens) (?:\w+ ){{0,4}}?{_CHILD} (?:\w+ ){{0,5}}?alene(?: "
    rf"hjemme)?",
    rf"(?:ikke?|ik|aldrig|toer|kan|vil|maa|skal|ville|uden at) (?:\w+ ){{0,3}}?(?:lade|efterlade) (?:\w+ "
    rf"){{0,4}}?{_CHILD}"
    r" (?:\w+ ){0,3}?alene(?: hjemme)?",
    rf"{_CHILD} (?:\w+ ){{0,3}}?(?:paa |er )?(?:1[2-9]|[2-9]\d)(?: aar)? (?:\w+ ){{0,5}}?alene(?: hjemme)?",
    rf"{_CHILD} (?:\w+ ){{0,4}}?alene hjemme (?:\w+ )?(?:efter skole|et par timer|en times? tid|om eftermiddagen|"
    r"til jeg (?:har|faar) fri|hver dag)",
    r"(?:hvis|naar|foer|inden|hvad nu hvis|hvad sker der|ligesom|dagen|den dag|hvornaar|aar siden) (?:\w+ ){0,4}?"
    r"(?:foged\w*|bailiffs?|laasen|de) (?:\w+ ){0,6}?(?:her|doeren|udenfor|laasen|here|door|ud)(?!\w)",
    r"(?:brev\w*|besked\w*|indkaldelse\w*|papir\w*|post\w*|tilsigelse\w*|regning\w*|mail\w*|dato\w*) (?:\w+ ){0,2}?fra "
    r"(?:foged\w*) (?:er|ligger) (?:\w+ ){0,2}?(?:kommet|her)",
    r"(?:foged\w*) (?:\w+ ){0,3}?(?:staar|er|skriver|skrev) (?:\w+ ){0,2}?(?:her )?i (?:brevet|papirerne|avisen|"
    r"mailen)",
    r"(?:when|if|before|until) (?:\w+ ){0,3}?(?:bailiffs?|they|sheriff) (?:\w+ ){0,5}?(?:here|door|locks?)",
    r"(?:when|if|because) (?:my|our|the) (?:\w+ ){0,2}?(?:kids?|children|son|daughter) (?:\w+ ){0,4}?alone",
    r"(?:kan|maa|i skal|du skal|gerne|hvornaar|vil i|jeg vil|vil jeg) (?:\w+ ){0,4}?(?:skifte|skiftet|udskifte) "
    r"(?:\w+ ){0,2}?laas\w*",
)
