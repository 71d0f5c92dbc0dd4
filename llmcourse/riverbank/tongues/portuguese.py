"""Portuguese."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

PORTUGUESE = Tongue(
    prose="""
De manhã o nevoeiro cobre muitas vezes o rio, e ouvem-se os barcos antes de os ver. Quem se levanta
cedo encontra o melhor pão, porque a padaria abre às seis horas. Depois as crianças vão para a
escola, umas a pé, outras de bicicleta. Ninguém tem pressa, a não ser quando chove. A vila não é
grande. Tem uma igreja, um moinho, duas pontes e um mercado onde se pode comprar tudo o que é
preciso para uma semana: maçãs, queijo, ovos, sabão e meias grossas. Antigamente havia também um
teatro, mas o telhado deixava passar a água e não havia dinheiro para o consertar. Agora guarda-se
lá o feno. Muitos gostariam que ele abrisse outra vez. Quando uma pessoa está doente, os vizinhos
ajudam-na. Não é uma lei, mas todos a cumprem. Faz-se uma sopa, dá-se de comer aos animais e
pergunta-se se ainda há alguma coisa para fazer. Também os que vêm de fora são bem recebidos, seja
qual for o seu país. Eu moro nesta rua há doze anos e não queria viver em nenhum outro lugar. Às
vezes penso que trabalhamos demais e que rimos muito pouco. No inverno o lago fica gelado. Então
toda a gente patina, até as avós, que o fazem melhor do que nós porque tiveram mais tempo para
aprender. À noite as famílias juntam-se ao pé do lume, contam histórias e escrevem cartas aos que
estão longe. A vida é simples, mas tem a sua dignidade, e cada um deve ser livre de dizer aquilo em
que acredita.
""",
    sentences=templates("""
        {A} (mora|vive) (há {n} anos|com um gato velho) em {S}.
        (Ontem|Na segunda-feira|Esta manhã) {A} (vendeu|comprou) (três quilos de peras|uma chaleira
            azul|duas lanternas) no mercado.
        Por causa (da cheia|de uma festa), a ponte (continua|esteve) fechada (até domingo|o dia
            todo).
        {A} e {B} (discutem|conversam) (outra vez|há {n} dias) sobre (a cerca|o cão|o jardim).
        A (escola|biblioteca|padaria) (procura|precisa) com urgência de (uma professora|alguém que
            saiba cozinhar|janelas novas).
        Quem viu (o meu guarda-chuva|o barco amarelo|as minhas {n} galinhas)?
        O (moleiro|pescador|jardineiro) não acredita que {A} (tenha razão|diga a verdade|venha
            amanhã).
        O nosso (presidente|vizinho) (quer|não quer) cortar as árvores (da margem|em frente da
            câmara).
        (Talvez|Oxalá) {B} (encontre|conserte) (a roda|o relógio|a chave) antes do jantar.
        À sobremesa havia (bolo de ameixa|pão com mel) com (natas|canela), e ninguém queria (ir para
            casa|levantar-se).
        Quando o sol se pôs, {A} (cantava|dançava|dormia) (debaixo do carvalho|junto da fonte).
        Entrada grátis para (crianças|visitantes) com menos de {n} anos; os outros pagam
            (cinco|sete) moedas.
        O tempo (será|esteve) (fresco e com nevoeiro|de tempestade|ensolarado), por isso (não há
            barco|o comboio vem atrasado).
        {B} mostrou-nos como se (faz um cesto de juncos|apanham peixes com as mãos).
        Todas as primaveras contamos os patos, e este ano eram (apenas|mais de) {n}.
        A enfermeira disse que {A} tinha de (dormir mais|deixar a perna quieta).
    """),
)
