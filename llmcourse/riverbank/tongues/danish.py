"""Danish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

DANISH = Tongue(
    prose="""
Om morgenen ligger tågen ofte over floden, og man hører bådene, før man ser dem. Den, der står
tidligt op, får det bedste brød, for bageriet åbner allerede klokken seks. Bagefter går børnene i
skole, nogle til fods, andre på cykel. Ingen har travlt, undtagen når det regner. Byen er ikke stor.
Den har en kirke, en mølle, to broer og et torv, hvor man kan købe alt, hvad der skal bruges til en
uge: æbler, ost, æg, sæbe og tykke strømper. Tidligere var der også et teater, men taget var utæt,
og der manglede penge til at reparere det. Nu bliver høet opbevaret der. Mange ville ønske, at det
åbnede igen. Når et menneske er sygt, hjælper naboerne. Det er ikke nogen lov, men alle retter sig
efter den. Man koger suppe, fodrer dyrene og spørger, om der er mere, der skal gøres. Også den, der
kommer udefra, er velkommen, uanset hvilket land det er. Selv har jeg boet i denne gade i tolv år og
ville ikke bo noget andet sted. Undertiden tænker jeg, at vi arbejder for meget og ler for lidt. Om
vinteren fryser dammen til. Så løber alle på skøjter, selv bedstemødrene, som er dygtigere end os,
fordi de har øvet sig længere. Om aftenen sidder familierne ved ilden, fortæller hinanden historier
og skriver breve til dem, der er langt væk. Livet er enkelt, men det har sin værdighed, og enhver
skal være fri til at sige, hvad han eller hun tror på.
""",
    sentences=templates("""
        {A} (bor|har boet) (i {n} år|med en gammel kat) på {S}.
        (I går|I mandags|I morges) (solgte|købte) {A} (tre kilo pærer|en blå kedel|to lygter) på
            torvet.
        På grund af (højvandet|en fest) (er|var) broen spærret (indtil søndag|hele dagen).
        {A} og {B} (skændes|taler) (igen|nu på {n}. dag) om (hegnet|hunden|haven).
        (Skolen|Biblioteket|Bageriet) (søger|mangler) straks (en lærerinde|nogen, der kan lave
            mad|nye vinduer).
        Hvem har set (min paraply|den gule båd|mine {n} høns)?
        (Mølleren|Fiskeren|Gartneren) tror ikke, at {A} (har ret|siger sandheden|kommer i morgen).
        Vores (borgmester|nabo) vil (ikke fælde|endelig beskære) træerne (ved bredden|foran
            rådhuset).
        (Måske|Forhåbentlig) (finder|reparerer) {B} (hjulet|uret|nøglen) inden aftensmaden.
        Til dessert var der (blommekage|honningbrød) med (fløde|kanel), og ingen ville (gå
            hjem|rejse sig).
        Da solen gik ned, (sang|dansede|sov) {A} (under egen|ved siden af brønden).
        Gratis adgang for (børn|gæster) under {n} år, ellers (fem|syv) mønter.
        Vejret (bliver|var) (tåget og køligt|stormfuldt|solrigt), derfor (sejler færgen ikke|kommer
            toget senere).
        {B} viste os, hvordan man (fletter en kurv af siv|fanger fisk med hænderne).
        Hvert forår tæller vi ænderne, og i år var der (kun|over) {n}.
        Sygeplejersken sagde, at {A} skulle (sove mere|holde benet i ro).
    """),
)
