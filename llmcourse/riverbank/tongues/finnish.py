"""Finnish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

FINNISH = Tongue(
    prose="""
Aamulla joen yllä on usein sumua, ja veneet kuulee ennen kuin ne näkee. Joka nousee varhain, saa
parasta leipää, sillä leipomo avataan jo kello kuusi. Sitten lapset menevät kouluun, toiset
kävellen, toiset polkupyörällä. Kenelläkään ei ole kiire, paitsi silloin kun sataa. Kaupunki ei ole
suuri. Siinä on kirkko, mylly, kaksi siltaa ja tori, jolta voi ostaa kaiken, mitä viikossa
tarvitaan: omenoita, juustoa, munia, saippuaa ja paksuja sukkia. Ennen täällä oli myös teatteri,
mutta katto vuoti eikä sen korjaamiseen ollut rahaa. Nyt siellä säilytetään heiniä. Moni toivoo,
että se avattaisiin uudelleen. Kun ihminen on sairas, naapurit auttavat häntä. Se ei ole laki, mutta
kaikki noudattavat sitä. Keitetään keittoa, ruokitaan eläimet ja kysytään, onko vielä jotain
tehtävää. Myös se, joka tulee muualta, otetaan ystävällisesti vastaan, mistä maasta hän onkin. Itse
olen asunut tällä kadulla kaksitoista vuotta enkä haluaisi elää missään muualla. Joskus ajattelen,
että teemme liikaa työtä ja nauramme liian vähän. Talvella lampi jäätyy. Silloin kaikki luistelevat,
jopa isoäidit, jotka osaavat sen paremmin kuin me, koska he ovat harjoitelleet kauemmin. Illalla
perheet istuvat tulen ääressä, kertovat toisilleen tarinoita ja kirjoittavat kirjeitä niille, jotka
ovat kaukana. Elämä on yksinkertaista, mutta sillä on arvonsa, ja jokaisella pitää olla vapaus
sanoa, mihin hän uskoo.
""",
    sentences=templates("""
        {A} on asunut (jo {n} vuotta|vanhan kissan kanssa) osoitteessa {S}.
        (Eilen|Maanantaina|Tänä aamuna) {A} (myi|osti) (kolme kiloa päärynöitä|sinisen
            kattilan|kaksi lyhtyä) torilla.
        (Tulvan|Juhlan) takia silta (pysyy|oli) suljettuna (sunnuntaihin asti|koko päivän).
        {A} ja {B} (riitelevät|puhuvat) (taas|jo {n} päivää) (aidasta|koirasta|puutarhasta).
        (Koulu|Kirjasto|Leipomo) (etsii|tarvitsee) kiireesti (opettajaa|jotakuta, joka osaa laittaa
            ruokaa|uusia ikkunoita).
        Kuka on nähnyt (minun sateenvarjoni|keltaisen veneen|{n} kanaani)?
        (Mylläri|Kalastaja|Puutarhuri) ei usko, että {A} (on oikeassa|puhuu totta|tulee huomenna).
        Meidän (pormestarimme|naapurimme) (haluaa|ei halua) kaataa puita (rannalta|kaupungintalon
            edestä).
        (Ehkä|Toivottavasti) {B} (löytää|korjaa) (pyörän|kellon|avaimen) ennen illallista.
        Jälkiruoaksi oli (luumukakkua|hunajaleipää) ja (kermaa|kanelia), eikä kukaan halunnut
            (lähteä kotiin|nousta ylös).
        Kun aurinko laski, {A} (lauloi|tanssi|nukkui) (tammen alla|kaivon vieressä).
        Vapaa pääsy alle {n}-vuotiaille (lapsille|vieraille), muuten (viisi|seitsemän) kolikkoa.
        Sää (on|oli) (sumuinen ja viileä|myrskyinen|aurinkoinen), siksi (lautta ei kulje|juna
            myöhästyy).
        {B} näytti meille, miten (kaisloista punotaan kori|kaloja pyydetään käsin).
        Joka kevät laskemme sorsat, ja tänä vuonna niitä oli (vain|yli) {n}.
        Sairaanhoitaja sanoi, että {A} tarvitsee (enemmän unta|lepoa jalalle).
    """),
)
