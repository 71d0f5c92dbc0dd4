"""Italian."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

ITALIAN = Tongue(
    prose="""
Al mattino la nebbia copre spesso il fiume, e si sentono le barche prima di vederle. Chi si alza
presto trova il pane migliore, perché il forno apre già alle sei. Poi i bambini vanno a scuola,
alcuni a piedi, altri in bicicletta. Nessuno ha fretta, tranne quando piove. La città non è grande.
Ha una chiesa, un mulino, due ponti e un mercato dove si può comprare tutto quello che serve per una
settimana: mele, formaggio, uova, sapone e calze pesanti. Una volta c'era anche un teatro, ma il
tetto lasciava passare l'acqua e mancavano i soldi per ripararlo. Adesso ci tengono il fieno. Molti
vorrebbero che riaprisse. Quando una persona è malata, i vicini la aiutano. Non è una legge, ma
tutti la rispettano. Si prepara una minestra, si dà da mangiare agli animali e si chiede se c'è
ancora qualcosa da fare. Anche chi viene da fuori è accolto con gentilezza, qualunque sia il suo
paese. Io abito in questa strada da dodici anni e non vorrei vivere in nessun altro posto. A volte
penso che lavoriamo troppo e che ridiamo troppo poco. D'inverno lo stagno gela. Allora pattinano
tutti, perfino le nonne, che sono più brave di noi perché hanno avuto più tempo per imparare. La
sera le famiglie si siedono vicino al fuoco, raccontano delle storie e scrivono lettere a quelli che
sono lontani. La vita è semplice, ma ha la sua dignità, e ognuno deve essere libero di dire ciò in
cui crede.
""",
    sentences=templates("""
        {A} (abita|vive) (da {n} anni|con un vecchio gatto) in {S}.
        (Ieri|Lunedì|Stamattina) {A} ha (venduto|comprato) (tre chili di pere|un bollitore blu|due
            lanterne) al mercato.
        A causa (della piena|di una festa) il ponte (resterà|era) chiuso (fino a domenica|tutto il
            giorno).
        {A} e {B} (litigano|parlano) (di nuovo|da {n} giorni) per via (del recinto|del cane|del
            giardino).
        La (scuola|biblioteca|panetteria) (cerca|ha bisogno di) (una maestra|qualcuno che sappia
            cucinare|finestre nuove).
        Chi ha visto (il mio ombrello|la barca gialla|le mie {n} galline)?
        Il (mugnaio|pescatore|giardiniere) non crede che {A} (abbia ragione|dica la verità|venga
            domani).
        Il nostro (sindaco|vicino) (vorrebbe|non vuole) tagliare gli alberi (sulla riva|davanti al
            municipio).
        (Forse|Magari) {B} (troverà|aggiusterà) (la ruota|l'orologio|la chiave) prima di cena.
        Per dolce c'era (una torta di prugne|del pane col miele) con (la panna|un po' di cannella),
            e nessuno voleva (tornare a casa|alzarsi).
        Quando il sole è tramontato, {A} (cantava|ballava|dormiva) (sotto la quercia|accanto alla
            fontana).
        Ingresso gratuito per (bambini|ospiti) sotto i {n} anni, per gli altri (cinque|sette)
            monete.
        Il tempo (sarà|era) (nebbioso e fresco|burrascoso|soleggiato), perciò (il traghetto non
            parte|il treno è in ritardo).
        {B} ci ha insegnato (a intrecciare un cesto di canne|a prendere i pesci con le mani).
        Ogni primavera contiamo le anatre, e quest'anno erano (soltanto|più di) {n}.
        L'infermiera ha detto che {A} doveva (dormire di più|tenere ferma la gamba).
    """),
)
