"""Spanish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

SPANISH = Tongue(
    prose="""
Por la mañana la niebla cubre muchas veces el río, y se oyen las barcas antes de verlas. Quien se
levanta temprano encuentra el mejor pan, porque la panadería abre a las seis. Después los niños van
a la escuela, unos a pie y otros en bicicleta. Nadie tiene prisa, salvo cuando llueve. El pueblo no
es grande. Tiene una iglesia, un molino, dos puentes y un mercado donde se puede comprar todo lo que
hace falta para una semana: manzanas, queso, huevos, jabón y calcetines gruesos. Antes había también
un teatro, pero el tejado dejaba pasar el agua y no había dinero para arreglarlo. Ahora se guarda
allí el heno. Muchos quisieran que se abriera otra vez. Cuando una persona está enferma, sus vecinos
la ayudan. No es una ley, pero todos la cumplen. Se prepara una sopa, se da de comer a los animales
y se pregunta si queda algo por hacer. También los que vienen de fuera son bien recibidos, sea cual
sea su país. Yo vivo en esta calle desde hace doce años y no querría vivir en ningún otro lugar. A
veces pienso que trabajamos demasiado y que nos reímos muy poco. En invierno se hiela el estanque.
Entonces todo el mundo patina, hasta las abuelas, que lo hacen mejor que nosotros porque han tenido
más tiempo para aprender. Por la noche las familias se reúnen junto al fuego, cuentan historias y
escriben cartas a los que están lejos. La vida es sencilla, pero tiene su dignidad, y cada uno debe
ser libre de decir lo que cree.
""",
    sentences=templates("""
        {A} vive (desde hace {n} años|con un gato viejo) en {S}.
        (Ayer|El lunes|Esta mañana) {A} (vendió|compró) (tres kilos de peras|una tetera azul|dos
            faroles) en el mercado.
        Por culpa de (la crecida|una fiesta), el puente (seguirá|estuvo) cerrado (hasta el
            domingo|todo el día).
        {A} y {B} (discuten|hablan) (otra vez|desde hace {n} días) sobre (la valla|el perro|el
            jardín).
        La (escuela|biblioteca|panadería) (busca|necesita) con urgencia (una maestra|alguien que
            sepa cocinar|ventanas nuevas).
        ¿Quién ha visto (mi paraguas|la barca amarilla|mis {n} gallinas)?
        El (molinero|pescador|jardinero) no cree que {A} (tenga razón|diga la verdad|venga mañana).
        Nuestro (alcalde|vecino) (quiere|no quiere) cortar los árboles (de la orilla|delante del
            ayuntamiento).
        (Quizás|Ojalá) {B} (encuentre|arregle) (la rueda|el reloj|la llave) antes de la cena.
        De postre hubo (pastel de ciruelas|pan con miel) con (nata|canela), y nadie quería (irse a
            casa|levantarse).
        Cuando se puso el sol, {A} (cantaba|bailaba|dormía) (bajo el roble|junto a la fuente).
        Entrada gratis para (niños|visitantes) de menos de {n} años; los demás pagan (cinco|siete)
            monedas.
        El tiempo (será|fue) (fresco y con niebla|tormentoso|soleado), por eso (no sale el barco|el
            tren llega tarde).
        {B} nos enseñó a (tejer una cesta de juncos|pescar con las manos).
        Cada primavera contamos los patos, y este año eran (solo|más de) {n}.
        La enfermera dijo que {A} tenía que (dormir más|dejar quieta la pierna).
    """),
)
