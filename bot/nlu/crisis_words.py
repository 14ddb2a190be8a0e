"""The words of self-harm and violence, in folded spelling and many languages. Pure data."""

SELF_HARM = (
    r"selvm(?:or|o)d\w*",
    r"selvmrod\w*",
    r"suicid\w*",
    r"sucid\w*",
    r"selvskade\w*",
    r"cutt(?:er|ede) (?:i )?mig",
    r"(?:slaa|slaar|slaas|draebe|draeber|sla|slar) (?:\w+ ){0,3}?(?:mig|os|sig) (?:\w+ )?(?:selv "
    r")?(?:ihjel|i hjel)",
    r"(?:draebe|draeber|aflive|afliver) (?:mig|sig) ?selv|jeg (?:\w+ ){0,2}?(?:draeber|afliver) mig",
    r"(?:slaa|slaar|slar) (?:mig|sig) ?selv ihjel",
    r"ta(?:ger?|ge)? (?:mit|sit|livet) (?:eget )?liv(?! op)",
    r"tager? livet af (?:mig|sig|os)(?! med)",
    r"(?:goere|goer|gor|gore) (?:en )?(?:ende|slut|det af) (?:paa|med) (?:det hele|livet|mit liv|"
    r"mig|alt|mig selv)",
    r"ende (?:det hele|mit liv|livet)",
    r"(?:vil|gider|oensker|orker|magter|har lyst til|kan|want|skal) (?:\w+ ){0,3}?(?:ikk?e?|ik|"
    r"not) (?:\w+ ){0,2}?(?:leve|live|vaere her|vaere i live|eksistere|vaagne)(?: mere| laengere| "
    r"op| op mere| igen)?(?! (?:af|for|i|med|og betale|op til|paa|sammen|saadan|uden|under|til kl|kl)(?!\w))",
    r"(?:vil|oensker|ville|har lyst til at?|lyst til at|vil gerne|vil bare|jeg skulle) (?:\w+ "
    r"){0,2}?(?:doe|doee)(?!\w| af (?:grin|sult|skam|varme|kulde))",
    r"oensker? (?:at )?(?:jeg )?(?:var|vaere|vare) doed",
    r"(?:bedre|lettere|nemmere|bedst) (?:\w+ ){0,3}?(?:doed|uden mig|hvis jeg ikke var|hvis jeg "
    r"var vaek|om jeg ikke var)",
    r"(?:gid|hvis) jeg (?:bare )?(?:var|kunne) (?:doed|doe|forsvinde for altid)",
    r"hellere (?:vaere )?(?:doe|doed)(?! end)?",
    r"(?:ingen|ikke nogen|ikke) (?:\w+ )?(?:grund|mening|mere mening) (?:til |med |i )?(?:at "
    r")?(?:leve|livet|fortsaette med at leve)",
    r"(?:livet|mit liv) (?:er )?(?:ikke vaerd|intet vaerd|meningsloest|slut|forbi)",
    r"ikke vaerd at leve",
    r"traet af (?:at leve|livet|mit liv)",
    r"(?:hopper?|springer?|kaster mig|hoppe|springe|kaste mig) (?:jeg )?(?:ud )?(?:\w+ )?(?:foran|"
    r"ud fra|fra|ud ad|ud af) (?:\w+ )?(?:toget|tog|broen|altan\w*|vinduet|taget|bro|metro\w*)",
    r"(?:haenger|haenge|hang) (?:mig|sig) ?(?:selv)?(?! (?:fast|i|op|for))",
    r"(?:skaerer|skaere|skade|skader|skaaret) (?:i )?(?:mig|sig) ?selv",
    r"skaerer (?:i )?mig i (?:armen|armene|haandled\w*)",
    r"(?:jeg (?:\w+ ){0,4}?overdosis|overdosis (?:nu|i aften|i nat)|spise alle mine piller|"
    r"tage alle (?:mine )?piller|taget alle (?:mine )?piller",
    r"slugt alle)",
    r"forsvinde (?:fra (?:verden|jorden|livet)|for altid)",
    r"(?:har|koebt|fundet) (?:\w+ ){0,2}?(?:reb|piller nok)",
    r"afskedsbrev\w*",
    r"ikke er her (?:mere|i morgen|laengere)",
    r"(?:ser|kan se) (?:ingen|ikke nogen) (?:anden )?(?:udvej|vej ud)(?: end)?",
    # What is said instead of the word.
    r"(?:ikke?|ik) (?:\w+ ){0,2}?vaere til(?: mere| laengere)?(?=[^\w ]|$| og | men )",
    r"(?:ikke?|ik) (?:\w+ ){0,2}?(?:vaere i (?:denne |den her )?verden|findes (?:mere|laengere))",
    r"(?:ikke?|ik|ingen|mistet) (?:\w+ )?lyst(?:en)? til (?:livet|at leve)(?! (?:i|paa|af|med|saadan)(?!\w))",
    r"finder (?:\w+ )?mig (?:haengende|livloes|doed)",
    r"(?:sagt|siger|sige|skrevet|taget) (?:\w+ )?farvel (?:til|med) (?:mine (?:boern|naermeste)|boernene|livet|"
    r"verden|alle|(?:min )?familien?)",
    r"(?:farvel|afskeds)besked\w*|farvelbrev\w*",
    r"koerer? (?:jeg )?(?:\w+ )?(?:lige )?ind i (?:et trae|en mur|en lastbil|en bropille)",
    r"(?:gemt|samlet|sparet|hamstret) (?:alle |mine |min |alt |de |sammen )*(?:\w*piller(?:ne)?|medicin(?:en)?|"
    r"tabletter(?:ne)?)(?! (?:paa|til) (?:apotek\w*|min))",
    r"tager (?:jeg )?(?:alle (?:mine |de )?(?:\w*piller|tabletter))",
    r"lyst til at (?:vaere i live|eksistere)|holde ud at (?:leve|eksistere|vaere i live)",
    r"oensker mig (?:selv )?doed|hvordan jeg (?:\w+ )?(?:doer?|tager livet)(?!\w)",
    r"lagt (?:\w+ ){0,2}?(?:\w*piller|medicin)\w* frem",
    r"piller(?:ne)? (?:\w+ ){0,2}?(?:klar|parat|fremme)(?! (?:paa|til|hos))",
    r"lige ?saa godt (?:bare )?(?:vaere doed|doe)(?!\w)|livet har (?:ingen|ikke nogen) mening",
    r"(?:jeg|vil|gerne|bare) (?:\w+ ){0,4}?(?:vaek|herfra) for (?:altid|evigt)|"
    r"brev til (?:\w+ ){1,3}?(?:til )?naar jeg (?:er (?:vaek|doed|borte)|ikke er)",
    r"(?:med|har|finder) (?:\w+ )?barberblad\w*|(?:gaar|gaa|loeber|loebe) ud foran (?:en|et|bil\w*|tog\w*)",
    r"slipper (?:i|du|de|alle) (?:endelig )?for mig(?= for altid|[^\w ]|$)",
    r"(?:fri for|af med) mig for (?:altid|evigt)",
    r"(?:en ulykke|noget|skade) (?:paa|ved) mig selv",
    r"goere? mig selv (?:noget|fortraed)",
    r"sove og (?:aldrig|ikke) (?:\w+ )?vaagne",
    r"nu (?:af)?slutter jeg det(?= hele|[^\w ]|$)|(?:af)?slutter (?:mit liv|livet)",
    r"goer (?:jeg )?en ende paa det(?=[^\w ]|$| nu| i aften)",
    r"(?<!jeg har det )(?:bedre|bedst) (?:\w+ ){0,3}?(?:hvis|naar|om) jeg (?:\w+ )?(?:borte|vaek|doed|ikke fandtes)",
    r"mere (?:\w+ ){0,4}?livsforsikring\w*",
    r"er jeg doed (?:inden|foer)(?!\w)",
    r"taenker (?:\w+ ){0,3}?paa (?:doeden|at (?:hoppe|springe|doe|goere det af))"
    r"(?! (?:fra|over|paa|til|af (?:grin|skam)))",
    r"(?:ingen|ikke nogen) (?:\w+ ){0,4}?(?:savner?|opdager?) (?:det )?(?:hvis jeg )?(?:(?:er|var|bliver|blev) (?:vaek|"
    r"borte|doed)|mig alligevel)",
    r"jeg (?:staar|stod|har staaet) (?:her )?paa (?:broen|(?:tog)?skinnerne|altankanten)",
    r"skadet mig selv(?! paa)",
    r"i (?:morgen|aften|nat) er jeg (?:her ikke|ikke her) (?:mere|laengere)",
    r"(?:jeg (?:\w+ ){0,3}?skyder mig|skyder? mig selv|vil skyde mig)(?: selv)?(?! i foden)(?:(?= nu)|"
    r"(?= i )|(?= en kugle)|(?=[^\w ]|$))",
    r"kill (?:my ?self|him ?self|her ?self)",
    r"(?:want|wanna|wish|going|rather|wanting) (?:\w+ ){0,3}?(?:to )?(?:die|be dead|end it all|"
    r"end my life|i was dead|i were dead)(?!\w)",
    r"(?:don'?t|dont|do not) (?:want|wanna) (?:to )?(?:live|be alive|be here anymore)",
    r"end(?:ing)? my life",
    r"take my (?:own )?life",
    r"hurt(?:ing)? my ?self",
    r"better off dead",
    r"no reason to live",
    r"intihar\w*",
    r"oe?lmek istiyorum",
    r"kendimi oe?ldur\w*",
    r"yasamak istemiyorum",
    r"samoboj\w*",
    r"chce (?:umrzec|sie zabic)",
    r"nie chce (?:mi sie )?(?:juz )?zyc",
    r"zabije sie",
    r"самоуб\w*",
    r"самогуб\w*",
    r"(?:не хочу|не хочется) (?:більше )?(?:жити|жить)",
    r"покінчу (?:з собою|з життям)|покончу с собой",
    r"(?:хочу|хотів) (?:по)?(?:мерти|умереть)",
    r"(?:вбити|убить|вбю|убью) себ[ея]",
    r"انتحار\w*",
    r"(?:اريد|بدي|ابغى) (?:ان )?(?:ا?موت)",
    r"اقتل نفسي",
    r"انهي حياتي",
    r"سانتحر",
    r"(?:لا|ما|مش) (?:اريد|بدي|عايز|ابغى) (?:ان )?ا?عيش(?! (?:هنا|في|مع|هكذا))",
    r"خودكشی|خودکشی",
    r"می ?خواهم بمیرم|میخوام بمیرم",
    r"نمی ?خواه?م (?:دیگ[هر] )?زنده",
    r"خودم(?:و| را) می ?کشم",
    r"(?:bedi|biddi|badi|baddi|bdi) (?:a)?mut",
    r"is dil\w*",
    r"waan is dil\w*",
    r"ma (?:rabo|doonayo) inaan (?:sii )?noolaado",
    r"(?:rabaa|doonayaa) inaan dhinto",
    r"(?:vreau|doresc) sa mor(?!\w)",
    r"nu (?:mai )?vreau sa (?:mai )?traiesc(?! (?:aici|in|la|cu|asa))",
    r"ma omor",
    r"sinucid\w*",
)

_KIN = (
    r"(?:min |mit |hendes |hans |deres |naboens? |naboen|ens )?(?:mand|eks|eksmand|ekskaereste|"
    r"kaere?ste|far|mor|soen|bror|faetter|samlever|partner|kone|svigerfar|onkel|stedfar|stedmor|"
    r"naboen?|aegtefaelle|han|hun|de|nogen|en mand|ex|husband|boyfriend|kocam|overbo|underbo)"
)
_HIT = (
    r"(?:slaar|slog|slar|sparker|sparkede|banker|bankede|taever|taevede|kvaeler|kvaelte|truer|truede|"
    r"mishandler|overfalder|overfaldt|voldtog|voldtaeger|skubber|forfoelger|stalker|"
    r"har (?:\w+ )?(?:slaaet|sparket|truet|banket|overfaldet|voldtaget|kvalt|taevet|tævet))"
)

VIOLENCE = (
    # What is said instead of the word.
    r"kvaelertag|(?:fat|haenderne|greb) om (?:halsen|struben|min hals)",
    r"blaa maerker (?:\w+ ){0,4}?efter (?:ham|min)",
    r"(?:slaaet|slog|slaar) (?:\w+ ){0,2}?gul og blaa",
    rf"{_KIN} (?:\w+ ){{0,2}}?(?:har )?braekke(?:r|de|t) (?:hendes|min|mine|barnets) "
    r"(?:arm|naese|ribben|kaebe|finger)\w*",
    r"(?:faar|skal have|skal faa) en kugle",
    r"(?:laegger?|lagde|lagt) haand paa (?:mig|hende|os|boernene)",
    r"(?:holder|holdt) (?:mig|os) (?:fanget|indespaerret)|spaerre[rd]?e? (?:mig|os) inde",
    r"(?:tvinger|tvang|tvunget) (?:mig|hende) til (?:ting|sex|samleje|at (?:gaa i seng|have sex|goere ting))",
    r"(?:gemmer|gemte|gemt|skjuler) (?:os|mig) (?:\w+ ){0,5}?for (?:min (?:mand|eks\w*|kaereste|far|soen|bror)|ham|"
    r"hende)(?!\w)",
    r"(?:han|hun|eks\w*|mand) (?:har )?(?:sagt|siger|skriver|skrev) (?:at )?(?:han|hun) (?:skal )?(?:nok )?(?:skal )?"
    r"finder? (?:mig|os|hende)",
    r"kommer (?:\w+ ){0,2}?med (?:en |et |min |mit )?(?:baseball)?(?:bat|kniv|pistol|oekse|koelle|jernroer)(?!\w)",
    r"(?:eks|eksmand|ekskaereste|mand|han) har fundet (?:(?:min|vores) (?:nye )?adresse|mig|os)(?!\w)",
    r"(?:jeg|vi) kommer efter (?:jer|dig)(?: alle)?(?! (?:klokken|kl))",
    r"kaster (?:\w+ )?rundt med (?:mig|os|boernene)",
    r"(?:slaar|stikker|skyder) (?:\w+ )?den foerste(?! i )",
    r"(?:stikker|skyder|draeber|slaar|stikke|skyde|draebe|slaa) (?:fogeden|vicevaerten|inspektoeren|raadgiveren|"
    r"naboen|ham|hende) (?:ned|ihjel|der kommer)",
    r"(?:i|du|han|hun) skal (?:nok )?(?:faa|have|ha) (?:nogle )?(?:taesk|bank|klo|smaek)",
    r"kommer (?:ned|op|over|ind|ud|forbi) og (?:\w+ )?(?:smadrer|slaar|banker|taever|draeber|skyder|stikker|"
    r"knuser)(?! (?:til|paa|graes)(?!\w))",
    r"(?:taever|slaar|banker|mishandler|sparker) (?:sin|sit|sine) (?:kone|kaereste|mand|boern|barn|"
    r"soen|datter|mor|far)",
    r"(?:kvaeler|kvalte) (?:mig|os|hende|boernene)|og slaar (?:mig|os|boernene)(?! (?:loes|til|sammen|op|"
    r"fra|paa)(?!\w))",
    r"tru(?:er|ede|et) (?:\w+ ){0,2}?med at (?:draebe|slaa|kvaele|skyde|stikke|voldtage)",
    r"udsaetter (?:\w+ ){0,2}?for (?:vold|overgreb)",
    rf"{_KIN} (?:\w+ ){{0,3}}?{_HIT} (?:\w+ ){{0,3}}?(?:mig|os|boernene|boern|hende|ham|min|mine|"
    r"vores|konen|sin|med (?:kniv|at|vold)|paa)(?!\w)",
    r"(?:(?:bliver|blev|blevet) (?:\w+ ){0,3}?(?:slaaet|sparket|banket|truet|kvalt)|(?:bliver|blev|blevet|er) "
    r"(?:\w+ ){0,3}?(?:taevet|overfaldet|voldtaget|mishandlet|forfulgt|stalket))(?! (?:ud|ned|op|sammen|fast|"
    r"helt|flad|gebyr\w*|renter?|i (?:regning|gaeld)\w*|med (?:foged\w*|udsaettelse|at blive (?:smidt|sat))|"
    r"af (?:at|fogeden|inkasso|boligforeningen|jer|kommunen|regning\w*)))",
    r"(?:slaar|sla|slog|slaa|tyrer|vil slaa|draeber|draebe|stikker|skyder) (?:\w+ ){0,2}?(?:mig|"
    r"os|hende|ham|dig|jer|boernene|dem) (?:ihjel|ned|hvis|igen|foran|gul og blaa|med kniv|i "
    r"ansigtet|naar)",
    r"(?:jeg|vi|kommer og) (?:skal nok |vil |kommer og |kan )?(?:slaar?|smadrer?|draeber?|banker|"
    r"taever|skyder|stikker|flaekker|braender|smadre|banke|taeve|skyde|knuser) (?:\w+ "
    r"){0,2}?(?:dig|jer|ham|hende|jeres|kontor\w*|naboen|en af jer|hele)",
    r"bange for (?:at )?(?:\w+ ){0,2}?(?:min (?:mand|eks|kaereste|far|soen|bror|eksmand|"
    r"ekskaereste|kone|samlever)|mand(?:en)?|ham|hende)(?! (?:ikke|mister|doer|er syg|bliver syg|"
    r"bliver fyret))",
    r"(?:tor|toer) ikke (?:at )?(?:gaa hjem|vaere (?:hjemme|alene)|sove hjemme|lukke doeren "
    r"op)(?! (?:for regning|for brev))",
    r"(?:er|bliver) (?:meget |saa )?voldelig(?:t)?",
    r"(?:psykisk|fysisk|grov) vold",
    r"(?:udsat for|udsaettes for|oplever|lever med|udoever) (?:\w+ )?(?:vold|overgreb|trusler)",
    r"vold (?:i|fra|mod|derhjemme|hjemme)(?! tid)",
    r"hustruvold",
    r"krisecent(?:er|ret)",
    r"(?:har|med|trak|tog) (?:en )?(?:kniv|pistol|vaaben|oekse)(?! til| i koekken)",
    r"(?:truer|truede|truet) (?:\w+ ){0,2}?(?:mig|os|hende) (?:paa livet|med (?:at|kniv|vold|"
    r"taesk|pistol|en))",
    r"(?:dods|doeds)trus\w*",
    r"vil (?:\w+ )?(?:slaa|draebe|skade|kvaele) (?:mig|os|mine boern|boernene|hende)",
    r"giver? (?:mig|os|boernene) (?:taesk|klo|bank|lussinger)",
    r"faar (?:taesk|klo|bank|lussinger)(?! af (?:regninger|gebyrer|renter|livet))",
    r"laaser? (?:mig|os) inde",
    r"(?:kaster?|smider?) (?:ting|tallerkener|\w+) (?:efter|paa) (?:mig|os|boernene)",
    r"(?:skriger?|raaber?|skrig) (?:\w+ )?(?:om )?hjaelp",
    r"(?:hoere?r?|lyder) (?:\w+ ){0,5}?(?:slaar|slaa|vold|skrige om hjaelp|taesk|banker)(?: \w+)?",
    r"(?:husband|boyfriend|partner|ex|father|son|brother|he|she|man|wife) (?:\w+ "
    r"){0,2}?(?:hits?|beats?|beat|threatens?|threatened|hurts?|chokes?|punch(?:es|ed)?|kicks?|"
    r"is violent|is hitting|is beating|attacked|raped)(?! the (?:wrong|bottom|road)) ?(?:me|us|the kids|my|her)?(?!\w)",
    rf"{_KIN} (?:\w+ ){{0,4}}?(?:draeber?|skyder?|afliver?) (?:mig|os|hende|boernene)(?!\w)",
    r"(?:afraid|scared) of (?:my )?(?:husband|boyfriend|ex|partner|him|father|wife|man)",
    r"(?:i will|i'?ll|gonna|im going to) (?:kill|hurt|beat|stab|shoot) (?:you|him|her|them|someone)",
    r"domestic violence",
    r"(?:will|wants to|going to|gonna) kill (?:me|us|her)",
    r"(?:abuses|abusing|abused) (?:me|us|my)",
    r"(?:kocam|esim|sevgilim) (?:beni |bizi )?(?:doe?vuyor|vuruyor|tehdit)",
    r"beni (?:doe?vuyor|oe?ldurecek|tehdit ediyor)",
    r"(?:maz|on|partner|chlopak) (?:mnie )?(?:bije|grozi|uderzyl)",
    r"bije mnie",
    r"grozi mi",
    r"(?:чоловік|муж|він|он) (?:мене |меня )?(?:б'є|бє|бьет|погрожує|угрожает)",
    r"(?:زوجي|هو) (?:يضرب|يهدد)\w*",
    r"(?:يضربني|يهددني|بيضربني|عم يضرب\w*)",
    r"شوهرم (?:من را |منو )?(?:میزند|می ?زنه|کتک|تهدید)",
    r"ninkaygu? (?:wuu )?i (?:garaac|dil|hanjab)\w*",
    r"sotul (?:ma|meu ma) (?:bate|ameninta)",
    r"ma bate",
)
